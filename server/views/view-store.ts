import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import { isDuplicate } from '../platform/is-duplicate.ts'
import { modelOf } from '../platform/model.ts'
import type { ViewFilter, ViewList } from './view-filter.ts'

/** What a list is narrowed down to, kept under a name for everybody in the workspace. */
export interface View {
  id: string
  workspaceId: string
  list: ViewList
  name: string
  filter: ViewFilter
  createdAt: Date
  /** The id of a user or token, or operator. */
  createdBy: string
}

interface ViewDoc extends Omit<View, 'id'> {
  _id: string
  /** The name as it is compared: nobody tells “Sales” from “sales”. */
  nameKey: string
}

const filter = new Schema<ViewFilter>(
  { connectionId: String, eventName: String, flowId: String, state: String, days: Number },
  { _id: false },
)

const schema = new Schema<ViewDoc>(
  {
    _id: String,
    workspaceId: String,
    list: String,
    name: String,
    nameKey: String,
    filter,
    createdAt: Date,
    createdBy: String,
  },
  { versionKey: false, strict: 'throw' },
).index({ workspaceId: 1, list: 1, nameKey: 1 }, { unique: true })

export function viewModel(database: Database): Model<ViewDoc> {
  return modelOf<ViewDoc>(database, 'View', schema, 'views')
}

/** The views of one workspace. */
export interface ViewStore {
  /** Those of one list, by name. */
  of(list: ViewList): Promise<View[]>
  count(list: ViewList): Promise<number>
  findMany(ids: readonly string[]): Promise<View[]>
  /** `false` where another view of the list has this name. */
  add(view: View): Promise<boolean>
  find(id: string): Promise<View | undefined>
  change(
    id: string,
    change: Partial<Pick<View, 'name' | 'filter'>>,
  ): Promise<View | 'not_found' | 'name_taken'>
  remove(id: string): Promise<boolean>
}

export function createViewStore(database: Database, workspaceId: string): ViewStore {
  const model = viewModel(database)
  return {
    of: async (list) => (await model.find({ workspaceId, list }).sort({ nameKey: 1 }).lean()).map(toView),
    count: (list) => model.countDocuments({ workspaceId, list }),
    findMany: async (ids) => (await model.find({ _id: { $in: [...ids] }, workspaceId }).lean()).map(toView),
    async add({ id, ...rest }) {
      try {
        await model.create({ _id: id, ...rest, workspaceId, nameKey: keyOf(rest.name) })
        return true
      } catch (err) {
        if (isDuplicate(err)) return false
        throw err
      }
    },
    async find(id) {
      const doc = await model.findOne({ _id: id, workspaceId }).lean()
      return doc ? toView(doc) : undefined
    },
    async change(id, { name, filter: kept }) {
      const set = {
        ...(name === undefined ? {} : { name, nameKey: keyOf(name) }),
        ...(kept === undefined ? {} : { filter: kept }),
      }
      try {
        const doc = await model
          .findOneAndUpdate({ _id: id, workspaceId }, { $set: set }, { returnDocument: 'after' })
          .lean()
        return doc ? toView(doc) : 'not_found'
      } catch (err) {
        if (isDuplicate(err)) return 'name_taken'
        throw err
      }
    },
    async remove(id) {
      const { deletedCount } = await model.deleteOne({ _id: id, workspaceId })
      return deletedCount === 1
    },
  }
}

function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

function toView({ _id, nameKey: _key, ...rest }: ViewDoc): View {
  return { id: _id, ...rest }
}

import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import { modelOf } from '../platform/model.ts'

/** Somebody does not want to be shown a problem for a while. It is about their attention; the problem is there. */
export interface ProblemSnooze {
  /** The problem's id. */
  problemId: string
  until: Date
  /** When it was said, and by whom: the id of a user or token, or operator. */
  at: Date
  by: string
  /** How many people the problem kept something from at that time. */
  people: number
}

/** Named after its workspace and its problem: a problem is snoozed once, whoever says so. */
interface ProblemSnoozeDoc extends ProblemSnooze {
  _id: string
  workspaceId: string
}

const schema = new Schema<ProblemSnoozeDoc>(
  {
    _id: String,
    workspaceId: String,
    problemId: String,
    until: Date,
    at: Date,
    by: String,
    people: Number,
  },
  { versionKey: false, strict: 'throw' },
).index({ until: 1 }, { expireAfterSeconds: 0 })

export function problemSnoozeModel(database: Database): Model<ProblemSnoozeDoc> {
  return modelOf<ProblemSnoozeDoc>(database, 'ProblemSnooze', schema, 'problem_snoozes')
}

/** The snoozes of one workspace. They go by themselves when their time is over. */
export interface ProblemSnoozeStore {
  /** Of these problems, by the problem's id, as far as they last beyond `now`. */
  among(problemIds: readonly string[], now: Date): Promise<Map<string, ProblemSnooze>>
  /** Of several people the last one counts. */
  set(snooze: ProblemSnooze): Promise<void>
  remove(problemId: string): Promise<void>
}

export function createProblemSnoozeStore(database: Database, workspaceId: string): ProblemSnoozeStore {
  const model = problemSnoozeModel(database)
  const idOf = (problemId: string): string => `${workspaceId}/${problemId}`
  return {
    async among(problemIds, now) {
      if (problemIds.length === 0) return new Map()
      const docs = await model.find({ _id: { $in: problemIds.map(idOf) }, until: { $gt: now } }).lean()
      return new Map(docs.map((doc) => [doc.problemId, toSnooze(doc)]))
    },
    async set(snooze) {
      await model.updateOne(
        { _id: idOf(snooze.problemId) },
        { $set: { ...snooze, workspaceId } },
        { upsert: true },
      )
    },
    async remove(problemId) {
      await model.deleteOne({ _id: idOf(problemId) })
    },
  }
}

function toSnooze({ _id, workspaceId: _workspace, ...snooze }: ProblemSnoozeDoc): ProblemSnooze {
  return snooze
}

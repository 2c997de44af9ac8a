import { Schema } from 'mongoose'
import type { Collection, Filter } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import type { Reason } from '../errors.ts'
import { countEach } from '../platform/count-each.ts'
import { countStates } from '../platform/count-states.ts'
import type { StatePoint } from '../platform/count-states.ts'
import { dropIndexes } from '../platform/drop-indexes.ts'
import { insertNew } from '../platform/insert-new.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'
import { readEach } from '../platform/read-each.ts'
import type { Stretch } from '../platform/read-each.ts'
import { partitionOf } from '../platform/partition.ts'
import { laneStates, waitingStates } from './delivery-state.ts'
import type { DeliveryState } from './delivery-state.ts'
import { toDelivery, toDeliveryDoc } from './delivery-doc.ts'
import type { DeliveryDoc } from './delivery-doc.ts'
import type { Delivery } from './delivery.ts'

/** All but `sending` and `delivered`. Part of an index: another list needs an index of another name. */
const rareStates = [
  'queued',
  'retrying',
  'parked',
  'needs_mapping',
  'refused',
  'failed',
  'unconfirmed',
  'skipped',
  'cancelled',
] satisfies DeliveryState[]

const schema = new Schema<DeliveryDoc>(
  {
    _id: String,
    workspaceId: String,
    runId: String,
    flowId: String,
    flowVersion: Number,
    stepId: String,
    occurrence: Number,
    eventId: String,
    contactId: String,
    connectionId: String,
    connectorId: String,
    connectorVersion: Number,
    actionId: String,
    mappingId: String,
    mappingVersion: Number,
    state: String,
    reason: String,
    input: String,
    onlyIfEmpty: { type: [String], default: undefined },
    foundThere: String,
    mappedAt: Date,
    problems: String,
    output: String,
    attempts: [String],
    attemptsUsed: Number,
    confirmations: Number,
    dueAt: Date,
    replayOf: String,
    lane: String,
    position: Number,
    low: Boolean,
    trace: String,
    createdAt: Date,
    updatedAt: Date,
    partition: Number,
    open: Boolean,
    fence: Number,
    leaseUntil: Date,
  },
  { versionKey: false, strict: 'throw' },
)
  // One effect per run, step and occurrence; the id is made from exactly these, so the primary key enforces it.
  .index({ eventId: 1 })
  // Lists end in the id, as their cursors do: without it every page would be sorted in memory.
  .index({ workspaceId: 1, createdAt: -1, _id: -1 })
  // What people look for. Nearly every delivery is `sending` for a moment and then `delivered`, and has no entry here.
  .index(
    { workspaceId: 1, state: 1, createdAt: -1, _id: -1 },
    { name: 'rare_of_workspace', partialFilterExpression: { state: { $in: rareStates } } },
  )
  .index({ lane: 1, position: 1 }, { partialFilterExpression: { open: true } })
  .index({ state: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } })
  .index(
    { connectionId: 1, state: 1, position: 1 },
    { name: 'waiting_of_connection', partialFilterExpression: { state: { $in: [...waitingStates] } } },
  )

export function deliveryModel(database: Database): Model<DeliveryDoc> {
  return modelOf<DeliveryDoc>(database, 'Delivery', schema, 'deliveries')
}

export function deliveryCollection(database: Database): Collection<DeliveryDoc> {
  return database.collection<DeliveryDoc>('deliveries')
}

/** Replaces indexes that cost every delivery entries which were gone again a moment later, or which nobody asked for. */
export async function replaceDeliveryIndexes(database: Database): Promise<void> {
  const model = deliveryModel(database)
  await model.createIndexes()
  await dropIndexes(model, [
    'workspaceId_1_state_1_createdAt_-1__id_-1',
    'dueAt_1',
    'connectionId_1_position_1',
  ])
}

/** Which deliveries a list shows. */
export interface DeliveryFilter {
  connectionId?: string
  flowId?: string
  eventId?: string
  eventIds?: readonly string[]
  runId?: string
  states?: readonly DeliveryState[]
  from?: Date
  to?: Date
}

/** A delivery that needs somebody, without what it carries. */
export interface Trouble extends Pick<
  Delivery,
  | 'id'
  | 'state'
  | 'flowId'
  | 'stepId'
  | 'connectionId'
  | 'connectorId'
  | 'actionId'
  | 'contactId'
  | 'eventId'
  | 'reason'
  | 'createdAt'
> {
  /** Fields that could not be made. */
  fields: string[]
}

/** Where a delivery stands, whose it is and when it was made, without what it carries. */
export type Standing = Pick<Delivery, 'id' | 'eventId' | 'flowId' | 'state' | 'createdAt'>

/** The deliveries of one workspace. */
export interface DeliveryStore {
  find(id: string): Promise<Delivery | undefined>
  findMany(ids: readonly string[]): Promise<Delivery[]>
  /** All deliveries of these events, oldest first. */
  ofEvents(eventIds: readonly string[]): Promise<Delivery[]>
  page(filter: DeliveryFilter, after: Cursor | undefined, limit: number): Promise<Delivery[]>
  /** The same page without what they carry. */
  standings(filter: DeliveryFilter, after: Cursor | undefined, limit: number): Promise<Standing[]>
  /** All of these events. */
  standingsOf(eventIds: readonly string[]): Promise<Standing[]>
  count(filter: DeliveryFilter, limit: number): Promise<number>
  /** The delivery that holds this one up, if one does. */
  ahead(delivery: Delivery): Promise<Delivery | undefined>
  /** How many began since then, by step of time and state, among the newest `limit`. */
  statistics(since: Date, step: 'hour' | 'day', limit: number): Promise<StatePoint[]>
  /** The newest `limit` in each of these states since then. */
  troubled(states: readonly DeliveryState[], since: Date, limit: number): Promise<Trouble[]>
  /** Oldest first, for work that goes over all of them. */
  oldest(filter: DeliveryFilter, after: Cursor | undefined, limit: number): Promise<Delivery[]>
  /** Stores a new one at the tail of its lane; one that is there already stays as it is. */
  add(delivery: Delivery): Promise<void>
  /** Gives it another state if it is still in one of `from`; `false` where it is not. */
  move(id: string, from: readonly DeliveryState[], to: Move): Promise<boolean>
  /** Has the head of a lane looked at. */
  wakeLane(lane: string, at: Date): Promise<void>
  /** Lets up to `limit` of those that were parked before `at` try again, oldest first; returns how many. */
  unpark(connectionId: string, at: Date, limit: number): Promise<number>
  /** Ids of up to `limit` unfinished ones of a connection. */
  unfinished(connectionId: string, limit: number): Promise<string[]>
  /** How many wait or are under way at these connections. */
  countOpen(connectionIds: readonly string[], limit: number): Promise<number>
}

/** What a person makes of a delivery; fields that are not named are cleared. */
export interface Move {
  state: DeliveryState
  reason?: Reason
  dueAt?: Date
  at: Date
}

export function createDeliveryStore(database: Database, workspaceId: string): DeliveryStore {
  const deliveries = deliveryCollection(database)
  return {
    async find(id) {
      const doc = await deliveries.findOne({ _id: id, workspaceId })
      return doc ? toDelivery(doc) : undefined
    },
    findMany: async (ids) =>
      (await deliveries.find({ _id: { $in: [...ids] }, workspaceId }).toArray()).map(toDelivery),
    async ofEvents(eventIds) {
      const docs = await deliveries.find({ eventId: { $in: [...eventIds] }, workspaceId }).toArray()
      return docs.map(toDelivery).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    },
    page: async (filter, after, limit) =>
      (await read(filter, { direction: -1, after, limit })).map(toDelivery),
    async standings(filter, after, limit) {
      const rows = await readEach(
        questions(filter),
        (question) => deliveries.find<StandingDoc>(question, { projection: standingFields }),
        'createdAt',
        { direction: -1, after, limit },
      )
      return rows.map(toStanding)
    },
    async standingsOf(eventIds) {
      const rows = await deliveries
        .find<StandingDoc>({ eventId: { $in: [...eventIds] }, workspaceId }, { projection: standingFields })
        .toArray()
      return rows.map(toStanding)
    },
    count: (filter, limit) => countEach(deliveries, questions(filter), limit),
    async ahead({ lane, position }) {
      const doc = await deliveries.findOne(
        { lane, open: true, position: { $lt: position } },
        { sort: { position: 1 } },
      )
      return doc ? toDelivery(doc) : undefined
    },
    statistics: (since, step, limit) =>
      countStates(deliveries, { workspaceId, field: 'createdAt', since, step, limit }),
    async troubled(states, since, limit) {
      // One state at a time: each is a stretch of the index, in order.
      const found = await Promise.all(
        states.map((state) =>
          deliveries
            .find({ workspaceId, state, createdAt: { $gte: since } }, { projection: troubleFields })
            .sort({ createdAt: -1, _id: -1 })
            .limit(limit)
            .toArray(),
        ),
      )
      return found.flat().map(toTrouble)
    },
    oldest: async (filter, after, limit) =>
      (await read(filter, { direction: 1, after, limit })).map(toDelivery),
    async add(delivery) {
      const partition = partitionOf(delivery.contactId ?? delivery.eventId)
      const doc = toDeliveryDoc(delivery, { partition, open: laneStates.includes(delivery.state), fence: 0 })
      await insertNew(deliveries, [doc])
    },
    async move(id, from, { state, reason, dueAt, at }) {
      const open = laneStates.includes(state)
      const { matchedCount } = await deliveries.updateOne(
        { _id: id, workspaceId, state: { $in: [...from] } },
        {
          $set: {
            state,
            updatedAt: at,
            ...(reason ? { reason: JSON.stringify(reason) } : {}),
            ...(dueAt ? { dueAt } : {}),
            ...(open ? { open: true as const } : {}),
          },
          $unset: {
            leaseUntil: 1,
            ...(reason ? {} : { reason: 1 as const }),
            ...(dueAt ? {} : { dueAt: 1 as const }),
            ...(open ? {} : { open: 1 as const }),
          },
        },
      )
      return matchedCount === 1
    },
    async wakeLane(lane, at) {
      const head = await deliveries.findOne({ lane, open: true }, { sort: { position: 1 } })
      if (head?.state !== 'queued' || head.dueAt) return
      await deliveries.updateOne({ _id: head._id, state: 'queued' }, { $set: { dueAt: at } })
    },
    async unpark(connectionId, at, limit) {
      const rows = await deliveries
        .find(
          { connectionId, open: true, state: 'parked', updatedAt: { $lte: at } },
          { projection: { _id: 1 } },
        )
        .sort({ position: 1 })
        .limit(limit)
        .toArray()
      if (rows.length === 0) return 0
      const { modifiedCount } = await deliveries.updateMany(
        { _id: { $in: rows.map((row) => row._id) }, workspaceId, state: 'parked' },
        { $set: { state: 'queued', dueAt: at, updatedAt: at }, $unset: { reason: 1 } },
      )
      return modifiedCount
    },
    async unfinished(connectionId, limit) {
      const rows = await Promise.all(
        waitingStates.map((state) =>
          deliveries
            .find({ connectionId, workspaceId, state }, { projection: { _id: 1 } })
            .limit(limit)
            .toArray(),
        ),
      )
      return rows
        .flat()
        .slice(0, limit)
        .map((row) => row._id)
    },
    countOpen: (connectionIds, limit) =>
      countEach(
        deliveries,
        inStates(laneStates).map((state) => ({ connectionId: { $in: [...connectionIds] }, ...state })),
        limit,
      ),
  }

  function read(filter: DeliveryFilter, stretch: Stretch): Promise<DeliveryDoc[]> {
    return readEach(questions(filter), (question) => deliveries.find(question), 'createdAt', stretch)
  }

  function questions({ states, ...filter }: DeliveryFilter): Filter<DeliveryDoc>[] {
    const condition = conditions(filter)
    return states ? inStates(states).map((state) => ({ ...condition, ...state })) : [condition]
  }

  function conditions(filter: DeliveryFilter): Filter<DeliveryDoc> {
    const { connectionId, flowId, eventId, eventIds, runId, from, to } = filter
    return {
      workspaceId,
      ...(connectionId === undefined ? {} : { connectionId }),
      ...(flowId === undefined ? {} : { flowId }),
      ...(eventId === undefined ? {} : { eventId }),
      ...(eventIds ? { eventId: { $in: [...eventIds] } } : {}),
      ...(runId === undefined ? {} : { runId }),
      ...(from || to ? { createdAt: { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) } } : {}),
    }
  }
}

/**
 * One condition for each state: MongoDB takes a partial index only for a single one of the values that it holds. What is
 * being sent always has a due time, the end of its lease, and is found by that.
 */
function inStates(states: readonly DeliveryState[]): Filter<DeliveryDoc>[] {
  return [...new Set(states)].map((state) =>
    state === 'sending' ? { state, dueAt: { $exists: true } } : { state },
  )
}

const standingFields = { eventId: 1, flowId: 1, state: 1, createdAt: 1 } as const
type StandingDoc = Pick<DeliveryDoc, '_id' | keyof typeof standingFields>

function toStanding({ _id, ...rest }: StandingDoc): Standing {
  return { id: _id, ...rest }
}

const troubleFields = {
  state: 1,
  flowId: 1,
  stepId: 1,
  connectionId: 1,
  connectorId: 1,
  actionId: 1,
  contactId: 1,
  eventId: 1,
  reason: 1,
  problems: 1,
  createdAt: 1,
} as const

function toTrouble({ _id, reason, problems, contactId, ...doc }: TroubleDoc): Trouble {
  const { state, flowId, stepId, connectionId, connectorId, actionId, eventId, createdAt } = doc
  const known: NonNullable<Delivery['problems']> = problems ? JSON.parse(problems) : []
  return {
    id: _id,
    state,
    flowId,
    stepId,
    connectionId,
    connectorId,
    actionId,
    eventId,
    createdAt,
    ...(contactId ? { contactId } : {}),
    ...(reason === undefined ? {} : { reason: JSON.parse(reason) }),
    fields: known.map(({ field }) => field),
  }
}

type TroubleDoc = Pick<DeliveryDoc, '_id' | keyof typeof troubleFields>

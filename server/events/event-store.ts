import { Schema } from 'mongoose'
import type { Collection, Filter } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import type { EventDraft } from '#sdk'
import type { Reason } from '../errors.ts'
import { newerThan, olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'
import type { Numbers } from '../platform/numbers.ts'
import { partitionOf } from '../platform/partition.ts'

/** What became of an event at one flow. */
export interface FlowMatch {
  flowId: string
  version: number
  /** `entered`, or why the flow did not run: `reason` says which condition was false and what the value was. */
  outcome: 'entered' | 'not_matched'
  runId?: string
  reason?: Reason
}

/** What a receipt means, in the canonical vocabulary. */
export interface HubEvent {
  id: string
  workspaceId: string
  connectionId: string
  connectorId: string
  /** Unique within the connection: the vendor's own name for the fact, the event's name, and a counter if needed. */
  key: string
  name: string
  occurredAt: Date
  recordedAt: Date
  receiptId: string
  /** Which of the receipt's items it came from. */
  item: number
  contactId?: string
  /** Set where the identifiers belong to several contacts: a person has to look at it. */
  identityConflict?: string[]
  draft: EventDraft
  /** The connector's version whose `normalise` made it. */
  connectorVersion: number
  /** Hash over the paths and types of the item it came from: changes when the vendor changes the payload. */
  shape: string
  notEnriched?: true
  matches: FlowMatch[]
  /** Raised when a replay made something else of the same fact. */
  revision: number
}

export interface EventDoc extends Omit<HubEvent, 'id' | 'draft' | 'matches'> {
  _id: string
  /** JSON text: its keys are the vendor's. */
  draft: string
  matches: string
  /** The pauses of flows that kept it out, by which it is found once they are over; absent from nearly all events. */
  pauses?: string[]
  /** Set on an open event of which only this flow is to be asked: what the others made of it stands. */
  onlyFlow?: string
  /** The order in which several processes share the work; one alone needs none. */
  number?: number
  partition: number
  /** Set while nobody has matched it against the flows yet. */
  open?: true
}

const schema = new Schema<EventDoc>(
  {
    _id: String,
    workspaceId: String,
    connectionId: String,
    connectorId: String,
    key: String,
    name: String,
    occurredAt: Date,
    recordedAt: Date,
    receiptId: String,
    item: Number,
    contactId: String,
    identityConflict: { type: [String], default: undefined },
    draft: String,
    connectorVersion: Number,
    shape: String,
    notEnriched: Boolean,
    matches: String,
    pauses: { type: [String], default: undefined },
    onlyFlow: String,
    revision: Number,
    number: Number,
    partition: Number,
    open: Boolean,
  },
  { versionKey: false, strict: 'throw' },
)
  // One event per connection and key: the id is made from exactly these, so the primary key enforces it.
  .index({ number: 1 }, { sparse: true })
  .index({ partition: 1, number: 1 }, { partialFilterExpression: { open: true } })
  // Lists end in the id, as their cursors do: without it every page would be sorted in memory.
  .index({ workspaceId: 1, recordedAt: -1, _id: -1 })
  .index({ contactId: 1, recordedAt: -1, _id: -1 }, { sparse: true })
  .index({ receiptId: 1 })
  .index(
    { pauses: 1, recordedAt: 1, _id: 1 },
    { name: 'kept_out', partialFilterExpression: { pauses: { $exists: true } } },
  )

export function eventModel(database: Database): Model<EventDoc> {
  return modelOf<EventDoc>(database, 'Event', schema, 'events')
}

/** The collection itself, for the pipeline, which writes in batches. */
export function eventCollection(database: Database): Collection<EventDoc> {
  return database.collection<EventDoc>('events')
}

/** Which events a list shows. */
export interface EventFilter {
  connectionId?: string
  contactId?: string
  receiptId?: string
  name?: string
  /** Any of these. */
  names?: readonly string[]
  from?: Date
  to?: Date
}

/** A flow's pause, named by when it began. */
export interface Pause {
  flowId: string
  since: Date
}

/** The events of one workspace. */
export interface EventStore {
  find(id: string): Promise<HubEvent | undefined>
  findMany(ids: readonly string[]): Promise<HubEvent[]>
  /** Which of these events the filter lets through, with what became of them at the flows. */
  matchesOf(ids: readonly string[], filter: EventFilter): Promise<ReadonlyMap<string, FlowMatch[]>>
  page(filter: EventFilter, after: Cursor | undefined, limit: number): Promise<HubEvent[]>
  count(filter: EventFilter, limit: number): Promise<number>
  /** Those recorded before `until` that a pause kept out and that have not been sent through since; oldest first. */
  keptOut(pause: Pause, until: Date, after: Cursor | undefined, limit: number): Promise<HubEvent[]>
  countKeptOut(pause: Pause, until: Date, limit: number): Promise<number>
  /**
   * Has one flow asked once more about an event that its pause kept out; `false` where that is no longer so, or where
   * another flow is being asked about it just now.
   */
  askAgain(event: HubEvent, pause: Pause, numbers: Numbers): Promise<boolean>
}

export function createEventStore(database: Database, workspaceId: string): EventStore {
  const events = eventCollection(database)
  return {
    async find(id) {
      const doc = await events.findOne({ _id: id, workspaceId })
      return doc ? toEvent(doc) : undefined
    },
    findMany: async (ids) =>
      (await events.find({ _id: { $in: [...ids] }, workspaceId }).toArray()).map(toEvent),
    async matchesOf(ids, filter) {
      const docs = await events
        .find<Pick<EventDoc, '_id' | 'matches'>>(
          { ...conditions(filter), _id: { $in: [...ids] } },
          { projection: { matches: 1 } },
        )
        .toArray()
      return new Map(docs.map(({ _id, matches }) => [_id, JSON.parse(matches)]))
    },
    async page(filter, after, limit) {
      const docs = await events
        .find({ $and: [conditions(filter), olderThan('recordedAt', after)] })
        .sort({ recordedAt: -1, _id: -1 })
        .limit(limit)
        .toArray()
      return docs.map(toEvent)
    },
    count: (filter, limit) => events.countDocuments(conditions(filter), { limit }),
    async keptOut(pause, until, after, limit) {
      const docs = await events
        .find({ $and: [keptOutBy(pause, until), newerThan('recordedAt', after)] })
        .sort({ recordedAt: 1, _id: 1 })
        .limit(limit)
        .toArray()
      return docs.map(toEvent)
    },
    countKeptOut: (pause, until, limit) => events.countDocuments(keptOutBy(pause, until), { limit }),
    async askAgain({ id, contactId }, pause, numbers) {
      const partition = partitionOf(contactId ?? id)
      const askable: Filter<EventDoc> = {
        _id: id,
        workspaceId,
        pauses: nameOf(pause),
        open: { $exists: false },
      }
      // A number that is taken and not stored holds up every event after it.
      if (!(await events.findOne(askable, { projection: { _id: 1 } }))) return false
      const number = await numbers.take(1)
      const { matchedCount } = await events.updateOne(
        askable,
        // Counted as kept out no longer; should the flow be paused again by then, its new pause keeps it out.
        { $set: { open: true, onlyFlow: pause.flowId, number, partition }, $pull: { pauses: nameOf(pause) } },
      )
      return matchedCount === 1
    },
  }

  function keptOutBy(pause: Pause, until: Date): Filter<EventDoc> {
    return { workspaceId, pauses: nameOf(pause), recordedAt: { $lt: until } }
  }

  function conditions({
    connectionId,
    contactId,
    receiptId,
    name,
    names,
    from,
    to,
  }: EventFilter): Filter<EventDoc> {
    return {
      workspaceId,
      ...(connectionId === undefined ? {} : { connectionId }),
      ...(contactId === undefined ? {} : { contactId }),
      ...(receiptId === undefined ? {} : { receiptId }),
      ...(name === undefined ? {} : { name }),
      ...(names ? { name: { $in: names.filter((each) => name === undefined || each === name) } } : {}),
      ...(from || to ? { recordedAt: { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) } } : {}),
    }
  }
}

export function toEvent(doc: EventDoc): HubEvent {
  const {
    _id,
    draft,
    matches,
    pauses: _pauses,
    onlyFlow: _onlyFlow,
    number: _number,
    partition: _partition,
    open: _open,
    ...rest
  } = doc
  return { id: _id, ...rest, draft: JSON.parse(draft), matches: JSON.parse(matches) }
}

export function toEventDoc(
  event: HubEvent,
  place: { number?: number; partition: number; open: boolean },
): EventDoc {
  const { id, draft, matches, ...rest } = event
  const pauses = pausesOf(matches)
  return {
    _id: id,
    ...rest,
    draft: JSON.stringify(draft),
    matches: JSON.stringify(matches),
    ...(pauses.length > 0 ? { pauses } : {}),
    ...(place.number === undefined ? {} : { number: place.number }),
    partition: place.partition,
    ...(place.open ? { open: true } : {}),
  }
}

/** The pauses that kept an event out. Of a pause from before its beginning was written down, nothing is found. */
function pausesOf(matches: readonly FlowMatch[]): string[] {
  return matches.flatMap(({ flowId, reason }) => {
    const since = reason?.code === 'flow_paused' ? reason.data?.['since'] : undefined
    return typeof since === 'string' ? [nameOf({ flowId, since: new Date(since) })] : []
  })
}

function nameOf({ flowId, since }: Pause): string {
  return `${flowId} ${since.toISOString()}`
}

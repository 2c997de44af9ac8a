import type { Collection } from 'mongodb'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory } from '../connections/connection-directory.ts'
import type { Contact } from '../contacts/contact-store.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { FlowMatch, HubEvent } from '../events/event-store.ts'
import type { FlowDirectory } from '../flows/flow-directory.ts'
import type { LiveFeed } from '../platform/live-feed.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Database } from '../platform/mongo.ts'
import { traceIdOf } from '../platform/tracing.ts'
import type { Step, Tracing } from '../platform/tracing.ts'
import type { RunDoc } from '../runs/run-store.ts'
import type { Dispatcher } from './dispatcher.ts'
import { makeDeliveries } from './make-deliveries.ts'
import type { Made, MakeDeliveriesDeps } from './make-deliveries.ts'
import type { MappingInput } from '../../mappings/mapping.ts'
import { mappingInput } from './mapping-input.ts'
import { matchFlows, whyNotTriggered } from './match-flows.ts'
import type { Entering } from './match-flows.ts'

export interface HandleDeps extends MakeDeliveriesDeps {
  connections: ConnectionDirectory
  flows: FlowDirectory
  database: Pick<Database, 'writes'>
  runs: Collection<RunDoc>
  deliveries: Collection<DeliveryDoc>
  dispatcher: Pick<Dispatcher, 'admit' | 'start' | 'abandon'>
  live: LiveFeed
  log: Logger
  metrics: Metrics
  tracing: Tracing
}

/** An event whose contact is known, about to be matched. */
export interface IdentifiedEvent {
  event: HubEvent
  contact: Contact | undefined
  number: number
  partition: number
  receivedAt: Date
  /** The one flow to be asked, where what became of the event at the others stands already. */
  onlyFlow?: string | undefined
  /** The trace of its receipt. */
  trace: string | undefined
  /** The vendor's own words; read only where a mapping asks for them. */
  raw: () => unknown
  /** How large its part of the request is that it came with. */
  bytes: number
}

/** An event, and the flows that it enters as far as is known. */
interface Matching {
  entry: IdentifiedEvent
  step: Step | undefined
  input: MappingInput | undefined
  matches: FlowMatch[]
  entering: Entering[]
}

/** Stores each event with what became of it. */
type RecordEvents = (events: HubEvent[]) => Promise<void>

/**
 * Match, run, and the deliveries that are due, for a batch of events in order. What became of them is recorded at the
 * same time as runs and deliveries are stored, or `after` that, where nothing else would ask for these events again.
 * Everything here can be done again without doing it twice, because runs and deliveries have names instead of numbers.
 */
export async function handleEvents(
  deps: HandleDeps,
  batch: readonly IdentifiedEvent[],
  record: { beside: RecordEvents } | { after: RecordEvents },
): Promise<void> {
  const { writes } = deps.database
  const matchings: Matching[] = []
  for (const entry of batch) matchings.push(await matchOne(deps, entry))
  const begunOnce = await enterOnce(deps, matchings)

  const made: { made: Made; partition: number }[] = []
  for (const matching of matchings) {
    const { partition } = matching.entry
    for (const each of await makeOwed(deps, matching)) made.push({ made: each, partition })
  }

  const docs = made.map(({ made: { delivery, open }, partition }) =>
    deps.dispatcher.admit(delivery, partition, open),
  )
  const events = matchings.map(({ entry, matches }): HubEvent => ({ ...entry.event, matches }))
  const runs = matchings.flatMap((matching) => runsOf(deps, matching, 'every_event'))
  try {
    const [, existingRuns] = await Promise.all([
      'beside' in record ? record.beside(events) : undefined,
      writes.insertNew(deps.runs, runs, 'soon'),
      storeAndStart(deps, docs),
    ])
    if ('after' in record) await record.after(events)
    deps.metrics.runs.add('', begunOnce + runs.length - existingRuns.size)
  } catch (err) {
    for (const { step } of matchings) step?.end(deps.now(), {}, 'not_recorded')
    throw err
  }
  matchings.forEach(({ entry, step }, at) => tell(deps, entry, events[at] ?? entry.event, step))
  for (const doc of docs) {
    deps.live.publish({ workspaceId: doc.workspaceId, kind: 'delivery', id: doc._id })
  }
}

/**
 * Only deliveries have to be on disk before anything goes on: they are about to be sent. What is stored beside them and
 * has to be tried again changes nothing about that: some are stored as under way, and nobody else would send those.
 */
async function storeAndStart(
  { database, deliveries, dispatcher, metrics }: HandleDeps,
  docs: readonly DeliveryDoc[],
): Promise<void> {
  try {
    const existing = await database.writes.insertNew(deliveries, docs)
    docs.forEach((doc, at) => {
      if (existing.has(at)) return dispatcher.abandon(doc)
      const isMapped = doc.state !== 'needs_mapping'
      metrics.deliveries.of(doc.connectorId).add(isMapped ? 'queued' : doc.state)
      dispatcher.start(doc)
    })
  } catch (err) {
    for (const doc of docs) dispatcher.abandon(doc)
    throw err
  }
}

async function matchOne(deps: HandleDeps, entry: IdentifiedEvent): Promise<Matching> {
  const { event, contact, receivedAt, onlyFlow, raw, trace } = entry
  const step = deps.tracing.next('event', deps.now(), trace)
  // Flows that listen to something else are not listed with an event: their trigger says it.
  const flows = (await deps.flows.ofWorkspace(event.workspaceId)).filter((flow) =>
    onlyFlow === undefined ? !whyNotTriggered(flow, event) : flow.id === onlyFlow,
  )
  if (flows.length === 0) return { entry, step, input: undefined, matches: event.matches, entering: [] }

  const open = await deps.connections.byId(event.connectionId)
  const connection = isUsable(open)
    ? open.connection
    : { id: event.connectionId, name: '', connectorId: event.connectorId }
  const input = mappingInput({ event, contact, connection, receivedAt, raw, steps: {}, now: deps.now() })
  const { matches, entering } = matchFlows(event, flows, input)
  const known = new Map(event.matches.map((match) => [match.flowId, match]))
  for (const match of matches) {
    // It stays true that a run began, whatever the flow would make of a replay of it now.
    if (match.outcome === 'entered' || known.get(match.flowId)?.outcome !== 'entered')
      known.set(match.flowId, match)
  }
  return { entry, step, input, matches: [...known.values()], entering }
}

/**
 * Runs that each person begins once are begun before anything is made for them: whom another event has brought into
 * such a flow gets no more of it, whatever steps it has by now, and this event says so. Returns how many were begun.
 */
async function enterOnce(deps: HandleDeps, matchings: readonly Matching[]): Promise<number> {
  const runs = matchings.flatMap((matching) => runsOf(deps, matching, 'once_per_contact'))
  if (runs.length === 0) return 0
  const existing = await deps.database.writes.insertNew(deps.runs, runs, 'soon')
  if (existing.size === 0) return runs.length
  const ids = [...existing].flatMap((at) => runs[at]?._id ?? [])
  const earlier = await deps.runs.find({ _id: { $in: ids } }).toArray()
  const startedBy = new Map(earlier.map((run) => [run._id, run.eventId]))
  for (const matching of matchings) {
    const { event } = matching.entry
    const isBefore = (runId: string | undefined): boolean =>
      runId !== undefined && (startedBy.get(runId) ?? event.id) !== event.id
    matching.entering = matching.entering.filter(({ runId }) => !isBefore(runId))
    matching.matches = matching.matches.map((match): FlowMatch => {
      if (match.runId === undefined || !isBefore(match.runId)) return match
      const reason = { code: 'entered_before', data: { event: startedBy.get(match.runId) } }
      return { ...match, outcome: 'not_matched', reason }
    })
  }
  return runs.length - existing.size
}

async function makeOwed(deps: HandleDeps, { entry, step, input, entering }: Matching): Promise<Made[]> {
  const { event, number, onlyFlow } = entry
  const made: Made[] = []
  if (!input) return made
  for (const { flow, runId } of entering) {
    const begun = deps.tracing.next('run', deps.now(), step?.context)
    const trace = begun && { trace: begun.context }
    const low = onlyFlow !== undefined
    const run = { id: runId, flowId: flow.id, flowVersion: flow.version, event, number, low, ...trace }
    made.push(...(await makeDeliveries(deps, run, flow.definition, input, {})))
    begun?.end(deps.now(), { run: runId, flow: flow.id, version: flow.version })
  }
  return made
}

/** The runs that an event begins, of flows that are entered so. */
function runsOf(
  { now }: Pick<HandleDeps, 'now'>,
  { entry: { event }, entering }: Matching,
  entry: Entering['flow']['definition']['entry'],
): RunDoc[] {
  return entering
    .filter(({ flow }) => flow.definition.entry === entry)
    .map(({ flow, runId, entryKey }) => ({
      _id: runId,
      workspaceId: event.workspaceId,
      flowId: flow.id,
      flowVersion: flow.version,
      entryKey,
      eventId: event.id,
      ...(event.contactId ? { contactId: event.contactId } : {}),
      startedAt: now(),
    }))
}

/** One line, a count, a step of the trace and news for whoever is watching: what became of one event. */
function tell(
  { log, live, metrics, now }: HandleDeps,
  { receivedAt, trace }: IdentifiedEvent,
  event: HubEvent,
  step: Step | undefined,
): void {
  const handledAt = now()
  const tookMs = handledAt.getTime() - receivedAt.getTime()
  const entered = event.matches.filter(({ outcome }) => outcome === 'entered').length
  const facts = {
    event: event.id,
    receipt: event.receiptId,
    connection: event.connectionId,
    name: event.name,
    contact: event.contactId,
    entered,
    not_matched: event.matches.length - entered,
  }
  metrics.events.add(entered > 0 ? 'yes' : 'no')
  metrics.handleTime.observe(tookMs)
  step?.end(handledAt, facts)
  log.info({ stage: 'event.handled', ...facts, trace: traceIdOf(trace), duration_ms: tookMs })
  live.publish({ workspaceId: event.workspaceId, kind: 'event', id: event.id })
}

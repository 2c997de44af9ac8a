/*
 * The road of one event, as a list of files:
 *
 *   receive      ingest/receive-hook.ts        verify    ingest/verify-hook.ts     store   ingest/store-receipt.ts
 *   normalise    normalise-receipt.ts          identify  identify-contacts.ts      enrich  enrich-events.ts
 *   match        match-flows.ts                run       make-deliveries.ts        mark    mark-receipts.ts
 *   map          map-input.ts                  deliver   deliver.ts, dispatcher.ts log     log-attempt.ts
 *   wake         due-work.ts
 *
 * Two jobs carry it: `process-receipts.ts` from a stored receipt to deliveries that are due, `dispatcher.ts` from there
 * to the vendor's answer. This file puts them together and contains no step of its own.
 */
import { toDelivery } from '../deliveries/delivery-doc.ts'
import { deliveryCollection } from '../deliveries/delivery-store.ts'
import { eventCollection } from '../events/event-store.ts'
import type { EventDoc } from '../events/event-store.ts'
import { contactChangeCollection } from '../contacts/contact-change-store.ts'
import { contactCollection } from '../contacts/contact-store.ts'
import { exchangeCollection } from '../deliveries/exchange-store.ts'
import { finishReplacement } from '../deliveries/replay-delivery.ts'
import { pauseGoneConnection } from '../connections/pause-gone-connection.ts'
import { workspaceDeps } from '../deps.ts'
import type { HubDeps } from '../deps.ts'
import { pollCollection } from '../polls/poll-store.ts'
import type { Crowd } from '../ingest/crowd.ts'
import { wakePoll } from '../polls/wake-poll.ts'
import { createLeases } from '../platform/leases.ts'
import { createNumbers } from '../platform/numbers.ts'
import { partitionOf } from '../platform/partition.ts'
import { createOrderedLog } from '../platform/ordered-log.ts'
import { receiptCollection } from '../receipts/receipt-store.ts'
import type { ReceiptDoc } from '../receipts/receipt-store.ts'
import { runCollection } from '../runs/run-store.ts'
import { confirmDelivery } from './confirm-delivery.ts'
import { continueDueRun, continueRun, followUpDue } from './continue-run.ts'
import { createDestinationHealth } from './destination-health.ts'
import { createDispatcher } from './dispatcher.ts'
import { createDueWork } from './due-work.ts'
import { createEnrichEvents } from './enrich-events.ts'
import { createEnrichingIntake } from './enriching-intake.ts'
import { giveUpParked } from './give-up-parked.ts'
import type { IdentifiedEvent } from './handle-events.ts'
import { handleStoredEvents } from './handle-stored-events.ts'
import type { EventItem } from './handle-stored-events.ts'
import { createKnownThings } from './known-things.ts'
import { mapLater } from './map-later.ts'
import { createReceiptMarker } from './mark-receipts.ts'
import { processReceipts } from './process-receipts.ts'
import type { ProcessDeps, ReceiptItem } from './process-receipts.ts'
import { createWorkQueue } from './work-queue.ts'

/** The running pipeline of one process. */
export interface Pipeline {
  start(): Promise<void>
  /** Receipts this process has just stored. */
  offer(docs: readonly (ReceiptDoc & { number: number })[]): void
  /** A receipt that is to be worked through again. */
  reopen(receipt: { _id: string; connectionId: string; number: number }): void
  /** Everything due, found and set going; called twice a second. */
  wakeDue(): Promise<void>
  /** Looks for work that slipped by; called every few seconds. */
  sweep(): Promise<void>
  /** Gives the work back and ends when nothing is under way. */
  stop(): Promise<void>
  /** What is queued and under way, for the log and for tests. */
  load(): { receipts: number; events: number; attempts: number; paced: number; stalledLanes: number }
}

/** So many requests and events wait in memory, none larger than most are; the others are read back when their turn comes. */
const KEPT_MAX = 2_000
const KEPT_BYTES_MAX = 16 * 1024

/** Where a connection's requests crowd at the door, acknowledging them goes before working through them. */
export function createPipeline(deps: HubDeps & { crowd: Pick<Crowd, 'holds'> }): Pipeline {
  const { database, log, now } = deps
  const db = database.connection
  const { exclusive } = database
  const receipts = receiptCollection(db)
  const events = eventCollection(db)
  const deliveries = deliveryCollection(db)
  const leases = createLeases({
    connection: db,
    processId: deps.processId,
    exclusive,
    now,
    onTake: (partition) => {
      dueWork.take(partition)
      intake.take(partition)
      handling.take(partition)
    },
    async onLose(partition) {
      await Promise.all([intake.drop(partition), handling.drop(partition), dispatcher.drop(partition)])
    },
  })
  const eventNumbers = createNumbers(db, 'events', exclusive)
  const health = createDestinationHealth(db, now)
  const flights = {
    network: deps.network,
    accessTokens: deps.accessTokens,
    now,
    stopping: deps.stopping,
  }
  const dispatcher = createDispatcher({
    ...deps,
    ...flights,
    deliveries,
    exchanges: exchangeCollection(db),
    leases,
    health,
    async mapLater(delivery) {
      const step = deps.tracing.next('map', now(), delivery.trace)
      const mapped = await mapLater(deps, delivery)
      step?.end(now(), { delivery: delivery.id }, 'problems' in mapped ? 'needs_mapping' : undefined)
      return mapped
    },
    followUpDue: (delivered) => followUpDue(continuing, delivered),
    continueRun: (delivered) => continueRun(continuing, delivered),
    onGone: (open, reason) => pauseGoneConnection(deps, open, reason),
  })
  const continuing = {
    ...deps,
    deliveries,
    dispatcher: () => dispatcher,
    events: (workspaceId: string) => deps.storesOf(workspaceId).events,
  }
  const dueWork = createDueWork({
    deliveries,
    connections: deps.connections,
    dispatcher,
    leases,
    health,
    exclusive,
    now,
    log,
    confirm: (doc) => confirmDelivery({ ...deps, ...flights, deliveries, leases }, doc),
    followUp: (doc) => continueDueRun(continuing, doc),
    replace: (doc) => finishReplacement(workspaceDeps(deps, doc.workspaceId), eventNumbers, toDelivery(doc)),
    expire: (doc) => giveUpParked({ ...deps, deliveries }, doc),
  })
  const marker = createReceiptMarker({ ...deps, receipts })
  const working: ProcessDeps = {
    ...deps,
    contacts: contactCollection(db),
    contactChanges: contactChangeCollection(db),
    receipts,
    events,
    known: createKnownThings(db, now),
    unstored: new Map(),
    wakePoll: (connectionId, wanted) => wakePoll({ polls: pollCollection(db), now }, connectionId, wanted),
    runs: runCollection(db),
    deliveries,
    dispatcher,
    marker,
    eventNumbers,
    enrich: createEnrichEvents({ ...deps, ...flights, sleep }),
    matchAtOnce: exclusive,
    onIdentified(identified) {
      const hasRoom = handling.size() < KEPT_MAX
      eventLog.offer(identified.map((entry) => eventItem(entry, hasRoom && entry.bytes <= KEPT_BYTES_MAX)))
    },
    onReview: (event, contactIds, chosenId) =>
      deps.storesOf(event.workspaceId).identityReviews.add({
        workspaceId: event.workspaceId,
        eventId: event.id,
        contactIds,
        chosenId,
        at: now(),
      }),
  }
  const enriching = createEnrichingIntake({
    connections: deps.connections,
    work: async (batch) => (await processReceipts(working, batch))(),
    holds: (partition) => leases.holds(partition),
    sleep,
    log,
  })
  const intake = createWorkQueue<ReceiptItem>({
    load: loadReceipts,
    work: async (batch) => {
      const unmarked = batch.filter(({ id }) => !marker.isPending(id))
      return processReceipts(working, await enriching.sortOut(unmarked))
    },
    givesWay: (connectionId) => deps.crowd.holds(connectionId),
    onError: (err) => log.error({ stage: 'pipeline.batch_failed', queue: 'receipts', err }),
  })
  const handling = createWorkQueue<EventItem>({
    load: loadEvents,
    work: (batch) =>
      Promise.resolve(() => handleStoredEvents({ ...working, storesOf: deps.storesOf }, batch)),
    onError: (err) => log.error({ stage: 'pipeline.batch_failed', queue: 'events', err }),
  })
  const receiptLog = createOrderedLog<ReceiptItem>({
    read: async (after, limit) =>
      (
        await receipts
          .find({ number: { $gt: after } }, { projection: { number: 1, partition: 1, connectionId: 1 } })
          .sort({ number: 1 })
          .limit(limit)
          .toArray()
      ).map(receiptItem),
    release: (items) => intake.add(items),
    now,
  })
  const eventLog = createOrderedLog<EventItem>({
    read: async (after, limit) =>
      (
        await events
          .find({ number: { $gt: after } }, { projection: { number: 1, partition: 1 } })
          .sort({ number: 1 })
          .limit(limit)
          .toArray()
      ).map(storedEventItem),
    release: (items) => handling.add(items),
    now,
  })

  async function loadReceipts(
    partitions: readonly number[],
    after: number,
    limit: number,
  ): Promise<ReceiptItem[]> {
    const docs = await receipts
      .find(
        { open: true, partition: { $in: [...partitions] }, number: { $gt: after } },
        { projection: { number: 1, partition: 1, connectionId: 1 } },
      )
      .sort({ number: 1 })
      .limit(limit)
      .toArray()
    return docs.map(receiptItem)
  }

  async function loadEvents(
    partitions: readonly number[],
    after: number,
    limit: number,
  ): Promise<EventItem[]> {
    const docs = await events
      .find(
        { open: true, partition: { $in: [...partitions] }, number: { $gt: after } },
        { projection: { number: 1, partition: 1 } },
      )
      .sort({ number: 1 })
      .limit(limit)
      .toArray()
    return docs.map(storedEventItem)
  }

  return {
    async start() {
      if (!exclusive) {
        receiptLog.start(await lastNumber('receipts'))
        eventLog.start(await lastNumber('events'))
      }
      await leases.start()
      await dueWork.scan()
    },
    offer(docs) {
      const hasRoom = intake.size() < KEPT_MAX
      const items = docs.map((doc): ReceiptItem => ({
        ...receiptItem(doc),
        ...(hasRoom && doc.bodyBytes <= KEPT_BYTES_MAX ? { doc } : {}),
      }))
      if (exclusive) intake.add(items)
      else receiptLog.offer(items)
    },
    reopen(receipt) {
      // Where several processes share the work, the common order of numbers brings it to its owner.
      if (exclusive) intake.add([receiptItem({ ...receipt, partition: partitionOf(receipt.connectionId) })])
    },
    async wakeDue() {
      await leases.keepUp()
      await dueWork.scan()
    },
    async sweep() {
      intake.sweep()
      handling.sweep()
      await dueWork.sweep()
    },
    async stop() {
      receiptLog.stop()
      eventLog.stop()
      await intake.stop()
      await marker.idle()
      await handling.stop()
      await dispatcher.drain()
      await leases.stop()
    },
    load: () => ({
      receipts: intake.size() + enriching.size() + marker.size(),
      events: handling.size(),
      attempts: dispatcher.inFlight(),
      paced: dispatcher.paced(),
      stalledLanes: dispatcher.stalled.size,
    }),
  }

  async function lastNumber(name: string): Promise<number> {
    const row = await db.collection<{ _id: string; next: number }>('counters').findOne({ _id: name })
    return row?.next ?? 0
  }
}

type ReceiptPlace = Pick<ReceiptDoc, '_id' | 'partition' | 'connectionId' | 'number'>

function receiptItem({ _id, number, partition, connectionId }: ReceiptPlace): ReceiptItem {
  return { id: _id, number: number ?? 0, partition, turn: connectionId }
}

function storedEventItem({
  _id,
  number,
  partition,
}: Pick<EventDoc, '_id' | 'number' | 'partition'>): EventItem {
  return { id: _id, number: number ?? 0, partition, turn: String(partition) }
}

function eventItem(identified: IdentifiedEvent, isKept: boolean): EventItem {
  const { event, number, partition } = identified
  const place = storedEventItem({ _id: event.id, number, partition })
  return isKept ? { ...place, identified } : place
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

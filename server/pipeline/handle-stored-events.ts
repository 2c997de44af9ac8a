import type { AnyBulkWriteOperation } from 'mongodb'
import { isUsable } from '../connections/connection-directory.ts'
import type { HubDeps } from '../deps.ts'
import { toEvent, toEventDoc } from '../events/event-store.ts'
import type { EventDoc, HubEvent } from '../events/event-store.ts'
import { handleEvents } from './handle-events.ts'
import type { IdentifiedEvent } from './handle-events.ts'
import type { ProcessDeps } from './process-receipts.ts'
import { rawItem } from './raw-item.ts'
import { workApart } from './work-apart.ts'
import type { WorkItem } from './work-queue.ts'

/** An event that waits for its flows; `identified` is at hand when this process identified it. */
export interface EventItem extends WorkItem {
  identified?: IdentifiedEvent
}

type HandleStoredDeps = ProcessDeps & Pick<HubDeps, 'storesOf'>

/**
 * Matches events that were stored when they were identified, by this or another process, and those that a replay has
 * opened again for one flow.
 */
export async function handleStoredEvents(deps: HandleStoredDeps, batch: readonly EventItem[]): Promise<void> {
  const { events } = deps
  const missing = batch.flatMap(({ id, identified }) => (identified ? [] : [id]))
  const stored = missing.length > 0 ? await events.find({ _id: { $in: missing }, open: true }).toArray() : []
  const read = await Promise.all(stored.map(async (doc) => [doc._id, await readBack(deps, doc)] as const))
  const byId = new Map(read)
  const identified = batch.flatMap(({ id, identified: known }) => known ?? byId.get(id) ?? [])
  const places = new Map(identified.map((entry) => [entry.event.id, entry]))
  const close = async (handled: readonly HubEvent[]): Promise<void> => {
    const operations = handled.flatMap((event): AnyBulkWriteOperation<EventDoc>[] => {
      const place = places.get(event.id)
      if (!place) return []
      const { number, partition } = place
      const { _id, ...replacement } = toEventDoc(event, { number, partition, open: false })
      // With another number it has been opened once more, and waits for its turn.
      return [{ replaceOne: { filter: { _id, number }, replacement } }]
    })
    if (operations.length > 0) await events.bulkWrite(operations, { ordered: false })
  }
  const unstorable = await workApart(identified, (part) => handleEvents(deps, part, { after: close }))
  // What its flows make of it cannot be kept; it stays as it was stored, and holds up nobody else.
  for (const { item, err } of unstorable) {
    deps.log.error({ stage: 'event.not_storable', event: item.event.id, receipt: item.event.receiptId, err })
    await events.updateOne({ _id: item.event.id }, { $unset: { open: 1 } })
  }
}

async function readBack(deps: HandleStoredDeps, doc: EventDoc): Promise<IdentifiedEvent> {
  const event = toEvent(doc)
  const stores = deps.storesOf(event.workspaceId)
  const [contact, receipt, source] = await Promise.all([
    event.contactId ? stores.contacts.find(event.contactId) : undefined,
    stores.receipts.find(event.receiptId),
    deps.connections.byId(event.connectionId),
  ])
  return {
    event,
    contact,
    number: doc.number ?? 0,
    partition: doc.partition,
    receivedAt: receipt?.receivedAt ?? event.recordedAt,
    onlyFlow: doc.onlyFlow,
    trace: receipt?.trace,
    raw: () => (receipt && isUsable(source) ? rawItem(receipt, event.item, source, deps.vault) : undefined),
    bytes: receipt?.bodyBytes ?? 0,
  }
}

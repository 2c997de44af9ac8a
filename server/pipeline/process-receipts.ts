import type { AnyBulkWriteOperation, Collection } from 'mongodb'
import { identitiesOf } from '../contacts/contact-identities.ts'
import type { Claim } from '../contacts/contact-identities.ts'
import { toEvent, toEventDoc } from '../events/event-store.ts'
import type { EventDoc, HubEvent } from '../events/event-store.ts'
import type { Reason } from '../errors.ts'
import type { Database } from '../platform/mongo.ts'
import type { Numbers } from '../platform/numbers.ts'
import { partitionOf } from '../platform/partition.ts'
import type { Vault } from '../platform/vault.ts'
import type { Writes } from '../platform/writes.ts'
import { toReceipt } from '../receipts/receipt-store.ts'
import type { Receipt, ReceiptDoc } from '../receipts/receipt-store.ts'
import { compareReceipt } from './compare-receipt.ts'
import type { EnrichEvents } from './enrich-events.ts'
import { handleEvents } from './handle-events.ts'
import type { HandleDeps, IdentifiedEvent } from './handle-events.ts'
import { identifyContacts, openDesk } from './identify-contacts.ts'
import type { Desk, IdentifyDeps, ToIdentify } from './identify-contacts.ts'
import type { KnownThings } from './known-things.ts'
import type { ReceiptMarker, WorkedReceipt } from './mark-receipts.ts'
import { normaliseReceipt } from './normalise-receipt.ts'
import type { NormalisedEvent } from './normalise-receipt.ts'
import { workApart } from './work-apart.ts'
import type { Rest, WorkItem } from './work-queue.ts'

export interface ProcessDeps extends IdentifyDeps, HandleDeps {
  database: Pick<Database, 'reads' | 'writes'>
  vault: Vault
  receipts: Collection<ReceiptDoc>
  events: Collection<EventDoc>
  known: KnownThings
  /** Events on their way to the database, with the receipt that brings them: the next batch is to know them already. */
  unstored: Map<string, string>
  /** The vendor said that there is something to ask for. */
  wakePoll: (connectionId: string, wanted: { poll: string; subject?: string }) => Promise<void>
  /** Numbers events in the order in which they were identified. */
  eventNumbers: Numbers
  enrich: EnrichEvents
  marker: Pick<ReceiptMarker, 'mark'>
  /**
   * Where no other process can own a contact's partition, events are matched at once and stored with the result.
   * Otherwise they are stored first, and `onIdentified` hands them to whoever owns the contact.
   */
  matchAtOnce: boolean
  onIdentified: (events: readonly IdentifiedEvent[]) => void
  onReview: (event: HubEvent, contactIds: string[], chosenId: string) => Promise<void>
}

/** An unfinished receipt; `doc` is at hand when it has just been stored by this process. */
export interface ReceiptItem extends WorkItem {
  doc?: ReceiptDoc
}

/** An event on its way through a batch. */
interface Draft {
  receipt: Receipt
  normalised: NormalisedEvent
  claims: Claim[]
  connectorId: string
  connectorVersion: number
  /** Its part of the request, where all items are taken to be of one size. */
  bytes: number
  notEnriched?: true
  /** The stored event, where this fact has been seen from the same receipt before (a replay, or a crash half-way). */
  before?: EventDoc
}

/**
 * normalise → identify, for a batch of receipts in order; what is returned does match → run → deliveries. Nothing is
 * marked as done before its effects are durable, and everything can be done again: an event, a run and a delivery have
 * the same id each time. What can never be stored is not understood, and holds up nobody else.
 */
export async function processReceipts(deps: ProcessDeps, items: readonly ReceiptItem[]): Promise<Rest> {
  const rests: Rest[] = []
  const unstorable = await workApart(items, async (part) => {
    rests.push(await workThrough(deps, part))
  })
  if (unstorable.length > 0) {
    for (const { item, err } of unstorable)
      deps.log.error({ stage: 'receipt.not_storable', receipt: item.id, err })
    const receipts = await load(
      deps,
      unstorable.map(({ item }) => item),
    )
    rests.push(async () => {
      deps.marker.mark(
        receipts.map((receipt) => ({ receipt, state: 'not_understood', reason: NOT_STORABLE, eventIds: [] })),
      )
    })
  }
  return async () => {
    // A rest that has failed is tried again without those before it.
    for (let rest = rests[0]; rest; rest = rests[0]) {
      await rest()
      rests.shift()
    }
  }
}

const NOT_STORABLE: Reason = { code: 'not_storable' }

async function workThrough(deps: ProcessDeps, items: readonly ReceiptItem[]): Promise<Rest> {
  const receipts = await load(deps, items)
  const numbers = new Map(items.map(({ id, number }) => [id, number]))
  const worked: WorkedReceipt[] = []
  const drafts: Draft[] = []
  for (const receipt of receipts) {
    const number = numbers.get(receipt.id) ?? 0
    const step = deps.tracing.next('normalise', deps.now(), receipt.trace)
    const normalised = await normaliseReceipt(deps, receipt, (from, snapshots) =>
      compareReceipt(deps, from, number, snapshots),
    )
    if (!normalised.understood) {
      step?.end(deps.now(), { receipt: receipt.id }, normalised.reason.code)
      worked.push({ receipt, state: 'not_understood', reason: normalised.reason, eventIds: [] })
      continue
    }
    const { open, events, problems, isKnown, wakes } = normalised
    for (const wanted of wakes) await deps.wakePoll(receipt.connectionId, wanted)
    const [problem] = problems
    step?.end(deps.now(), { receipt: receipt.id, events: events.length, problems: problems.length })
    worked.push({
      receipt,
      state: isKnown ? 'duplicate' : 'done',
      eventIds: events.map(({ id }) => id),
      ...(problem
        ? { reason: { code: 'partly_understood', data: { items: problems.length, first: problem } } }
        : {}),
    })
    for (const event of events) {
      drafts.push({
        receipt,
        normalised: event,
        claims: identitiesOf(event.draft.contact, receipt.connectionId),
        connectorId: open.connector.id,
        connectorVersion: open.connector.version,
        bytes: receipt.bodyBytes / events.length,
      })
    }
  }

  // Both only read; a contact that is looked up for a fact that turns out to be known costs nothing.
  const [unseen, desk] = await Promise.all([
    withoutSeen(deps, drafts, worked),
    openDesk(deps, drafts.map(toIdentify)),
  ])
  const fresh = await enriched(deps, unseen)
  const identified = await identify(deps, fresh, fresh === unseen ? desk : undefined)
  for (const { event } of identified) deps.unstored.set(event.id, event.receiptId)
  return async () => {
    const unstorable = await workApart(identified, (part) => pass(deps, part))
    for (const { event } of identified) deps.unstored.delete(event.id)
    for (const { item, err } of unstorable) {
      deps.log.error({
        stage: 'event.not_storable',
        event: item.event.id,
        receipt: item.event.receiptId,
        err,
      })
    }
    const lost = new Set(unstorable.map(({ item }) => item.event.id))
    deps.marker.mark(lost.size === 0 ? worked : worked.map((entry) => without(entry, lost)))
  }
}

/** Of a receipt of which some could not be stored: what went on. */
function without(entry: WorkedReceipt, lost: ReadonlySet<string>): WorkedReceipt {
  const eventIds = entry.eventIds.filter((id) => !lost.has(id))
  const items = entry.eventIds.length - eventIds.length
  if (items === 0) return entry
  return eventIds.length === 0
    ? { ...entry, state: 'not_understood', reason: NOT_STORABLE, eventIds }
    : { ...entry, reason: { code: 'partly_understood', data: { items, first: NOT_STORABLE } }, eventIds }
}

function toIdentify({ receipt, normalised, claims, before }: Draft): ToIdentify {
  const isToldAgain = before !== undefined && saysTheSame(before, normalised)
  return {
    eventId: normalised.id,
    workspaceId: receipt.workspaceId,
    connectionId: receipt.connectionId,
    receivedAt: receipt.receivedAt,
    draft: normalised.draft,
    claims,
    replay: receipt.revision,
    toldTo: isToldAgain ? before.contactId : undefined,
  }
}

function saysTheSame(before: EventDoc, { draft }: NormalisedEvent): boolean {
  return before.draft === JSON.stringify(draft)
}

async function load({ receipts, database }: ProcessDeps, items: readonly ReceiptItem[]): Promise<Receipt[]> {
  const missing = items.flatMap(({ doc, id }) => (doc ? [] : [id]))
  const stored =
    missing.length > 0 ? await database.reads.find(receipts, { _id: { $in: missing }, open: true }) : []
  const byId = new Map(stored.map((doc) => [doc._id, doc]))
  return items.flatMap(({ id, doc }) => {
    const found = doc ?? byId.get(id)
    return found ? [toReceipt(found)] : []
  })
}

/** Leaves out facts that are known already; a receipt that brings nothing else is a duplicate. */
async function withoutSeen(
  deps: ProcessDeps,
  drafts: readonly Draft[],
  worked: WorkedReceipt[],
): Promise<Draft[]> {
  if (drafts.length === 0) return []
  const ids = [...new Set(drafts.map(({ normalised }) => normalised.id))]
  // Asked before the database: what is no longer here by then has been stored.
  const unstored = new Map(ids.map((id) => [id, deps.unstored.get(id)]))
  const stored = await deps.database.reads.find(deps.events, { _id: { $in: ids } })
  const byId = new Map(stored.map((doc) => [doc._id, doc]))
  const taken = new Set<string>()
  const fresh = drafts.flatMap((draft): Draft[] => {
    const { id } = draft.normalised
    const before = byId.get(id)
    const owner = before?.receiptId ?? unstored.get(id) ?? draft.receipt.id
    if (owner !== draft.receipt.id || taken.has(id)) return []
    taken.add(id)
    return before ? [{ ...draft, before }] : [draft]
  })
  const bringing = new Set(fresh.map(({ receipt }) => receipt.id))
  for (const entry of worked) {
    if (entry.eventIds.length > 0 && !bringing.has(entry.receipt.id)) entry.state = 'duplicate'
  }
  return fresh
}

/** Completes events of vendors that send only ids; the same list where there was nothing to complete. */
async function enriched(deps: ProcessDeps, drafts: Draft[]): Promise<Draft[]> {
  const completed = await Promise.all(
    drafts.map(async (draft): Promise<Draft> => {
      const result = await deps.enrich(draft.receipt, draft.normalised.draft)
      if (!result) return draft
      const normalised = { ...draft.normalised, draft: result.draft }
      const claims = identitiesOf(result.draft.contact, draft.receipt.connectionId)
      return { ...draft, normalised, claims, ...(result.notEnriched ? { notEnriched: true } : {}) }
    }),
  )
  return completed.every((draft, at) => draft === drafts[at]) ? drafts : completed
}

async function identify(
  deps: ProcessDeps,
  drafts: readonly Draft[],
  desk: Desk | undefined,
): Promise<IdentifiedEvent[]> {
  if (drafts.length === 0) return []
  const [people, numbers] = await Promise.all([
    identifyContacts(deps, drafts.map(toIdentify), desk),
    numbersOf(deps, drafts),
  ])
  return Promise.all(
    drafts.map(async (draft, at): Promise<IdentifiedEvent> => {
      const { contact, conflict } = people[at] ?? {}
      const event = eventOf(draft, contact?.id, conflict, deps.now())
      if (conflict && contact) await deps.onReview(event, conflict, contact.id)
      return {
        event,
        contact,
        number: numbers[at] ?? 0,
        partition: partitionOf(contact?.id ?? event.id),
        receivedAt: draft.receipt.receivedAt,
        trace: draft.receipt.trace,
        raw: () => draft.normalised.raw,
        bytes: draft.bytes,
      }
    }),
  )
}

/**
 * An event that waits for its flows already keeps its place: with a new one, later events would overtake it. One that
 * says something else by now is a new entry, since the old one may be at hand for whoever is about to handle it.
 */
async function numbersOf({ eventNumbers }: ProcessDeps, drafts: readonly Draft[]): Promise<number[]> {
  const kept = drafts.map(({ before, normalised }) =>
    before?.open && saysTheSame(before, normalised) ? before.number : undefined,
  )
  const missing = kept.filter((number) => number === undefined).length
  let next = missing === 0 ? 0 : await eventNumbers.take(missing)
  return kept.map((number) => number ?? next++)
}

function eventOf(
  draft: Draft,
  contactId: string | undefined,
  conflict: string[] | undefined,
  now: Date,
): HubEvent {
  const { receipt, normalised, before } = draft
  return {
    id: normalised.id,
    workspaceId: receipt.workspaceId,
    connectionId: receipt.connectionId,
    connectorId: draft.connectorId,
    key: normalised.key,
    name: normalised.draft.name,
    occurredAt: new Date(normalised.draft.occurred_at),
    recordedAt: before?.recordedAt ?? now,
    receiptId: receipt.id,
    item: normalised.item,
    ...(contactId ? { contactId } : {}),
    ...(conflict ? { identityConflict: conflict } : {}),
    draft: normalised.draft,
    connectorVersion: draft.connectorVersion,
    shape: normalised.shape,
    ...(draft.notEnriched ? { notEnriched: true } : {}),
    matches: before ? toEvent(before).matches.filter(({ outcome }) => outcome === 'entered') : [],
    revision: before ? before.revision + (saysTheSame(before, normalised) ? 0 : 1) : 0,
  }
}

/** On to the flows: here and now, or through the database to the process that owns the contact. */
async function pass(deps: ProcessDeps, identified: readonly IdentifiedEvent[]): Promise<void> {
  const places = new Map(identified.map((entry) => [entry.event.id, entry]))
  const store = async (events: readonly HubEvent[], open: boolean): Promise<void> => {
    const docs = events.map((event) => {
      const { number, partition } = places.get(event.id) ?? { number: 0, partition: 0 }
      return toEventDoc(event, { ...(open ? { number } : {}), partition, open })
    })
    await saveEvents(deps.database.writes, deps.events, docs)
  }
  if (deps.matchAtOnce) {
    await handleEvents(deps, identified, { beside: (events) => store(events, false) })
  } else if (identified.length > 0) {
    await store(
      identified.map(({ event }) => event),
      true,
    )
    deps.onIdentified(identified)
  }
}

/** Inserts; what is there already (a replay, or a crash half-way) is brought to the newest state. */
async function saveEvents(
  writes: Writes,
  events: Collection<EventDoc>,
  docs: readonly EventDoc[],
): Promise<void> {
  const existing = await writes.insertNew(events, docs, 'soon')
  if (existing.size === 0) return
  const operations = [...existing].flatMap((at): AnyBulkWriteOperation<EventDoc>[] => {
    const doc = docs[at]
    if (!doc) return []
    const { _id, ...replacement } = doc
    return [{ replaceOne: { filter: { _id }, replacement } }]
  })
  await events.bulkWrite(operations, { ordered: false })
}

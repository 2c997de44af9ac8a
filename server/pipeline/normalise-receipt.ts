import { readPayload } from '#sdk'
import type { EventDraft, ReadItem, Reading, Reason, Snapshot } from '#sdk'
import { isLargerThan } from '../../mappings/is-larger-than.ts'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory, OpenConnection } from '../connections/connection-directory.ts'
import { payloadShape } from '../events/payload-shape.ts'
import { storedHook } from '../ingest/stored-hook.ts'
import { namedId } from '../platform/named-id.ts'
import type { Vault } from '../platform/vault.ts'
import type { Receipt } from '../receipts/receipt-store.ts'
import { decidedBefore } from './compare-receipt.ts'
import type { CompareReceipt, Comparison } from './compare-receipt.ts'

/** One fact of a receipt, before anybody knows whose it is. */
export interface NormalisedEvent {
  id: string
  key: string
  /** Which of the receipt's items it came from. */
  item: number
  /** The item as the vendor wrote it. */
  raw: unknown
  shape: string
  draft: EventDraft
}

export type Normalised =
  | {
      understood: true
      open: OpenConnection
      events: NormalisedEvent[]
      problems: Reason[]
      /** Everything in it had been heard from the other side, webhook or poll. */
      isKnown: boolean
      /** Polls that the vendor's message asks for. */
      wakes: { poll: string; subject?: string }[]
    }
  | { understood: false; reason: Reason }

/** With its key and what the flows say of it, an event has to fit into one document. */
const EVENT_BYTES_MAX = 10_000_000
/** A body does not become events larger than it by more than this: `1e20` is written out, and a value stands in two places. */
const GROWTH_MAX = 20

export interface NormaliseDeps {
  connections: ConnectionDirectory
  vault: Vault
}

/**
 * What a receipt means. Never throws for what a vendor sent: a payload nobody can read is an answer too. Of several
 * items those that are understood go on, the others leave their reason. `compareItems` finds out what is new in items
 * that carry no version; without it, what was found out when the receipt was worked through holds.
 */
export async function normaliseReceipt(
  deps: NormaliseDeps,
  receipt: Receipt,
  compareItems: CompareReceipt = async () => decidedBefore(receipt) ?? [],
): Promise<Normalised> {
  const open = await deps.connections.byId(receipt.connectionId)
  if (!open) return notUnderstood('connection_deleted')
  if (!isUsable(open)) return notUnderstood(open.unusable)
  const usable = open
  if (!receipt.body) return notUnderstood('body_removed')

  const inbound = open.connector.inbound.find(({ id }) => id === receipt.inbound)
  if (!inbound) return notUnderstood('inbound_missing', { inbound: receipt.inbound ?? '' })

  const comparison = inbound.snapshot ? await compareItems(receipt, snapshotsOf(readAll([]))) : []
  const reading = readAll(comparison)
  if (reading.outcome !== 'read') {
    return { understood: false, reason: 'reason' in reading ? reading.reason : { code: reading.outcome } }
  }
  const events: NormalisedEvent[] = []
  const problems: Reason[] = []
  const wakes: { poll: string; subject?: string }[] = []
  const mayBeLarge = receipt.bodyBytes * GROWTH_MAX > EVENT_BYTES_MAX
  reading.items.forEach((item, at) => {
    if (!item.ok) return problems.push(item.reason)
    if (item.wakes) wakes.push(item.wakes)
    const shape = payloadShape(item.raw)
    for (const draft of item.events) {
      if (mayBeLarge && isLargerThan(draft, EVENT_BYTES_MAX)) {
        problems.push({ code: 'event_too_large' })
        continue
      }
      const key = [factKey(item, receipt), draft.name, ...(draft.key === undefined ? [] : [draft.key])].join(
        '|',
      )
      const id = namedId('evt', receipt.connectionId, key)
      events.push({ id, key, item: at, raw: item.raw, shape, draft })
    }
    return undefined
  })
  const [first] = problems
  if (events.length === 0 && first) return { understood: false, reason: first }
  const isKnown = reading.items.length > 0 && reading.items.every((item) => item.ok && item.isKnown)
  return { understood: true, open, events, problems, isKnown, wakes }

  function readAll(differences: Comparison): Reading {
    try {
      return readPayload(
        inbound!,
        storedHook(receipt, usable.hookUrl, deps.vault),
        usable.credentials[0],
        (_snapshot, position) => differences[position] ?? undefined,
      )
    } catch (err) {
      // A fault in the connector's own code must not hold up anybody else's receipts.
      const problem = err instanceof Error ? err.message : String(err)
      const reason = { code: 'connector_fault', data: { problem } }
      return { outcome: 'unreadable', inbound: inbound!.id, reason }
    }
  }
}

/**
 * A polled item without a version was told from what was known by comparing: a thing may come back to a former state,
 * and that is another fact.
 */
function factKey({ dedupeKey, snapshot }: Extract<ReadItem, { ok: true }>, receipt: Receipt): string {
  return receipt.poll && snapshot ? `${dedupeKey}|${receipt.id}` : dedupeKey
}

function snapshotsOf(reading: Reading): (Snapshot | undefined)[] {
  return reading.outcome === 'read' ? reading.items.map((item) => (item.ok ? item.snapshot : undefined)) : []
}

function notUnderstood(code: string, data?: Record<string, string>): Normalised {
  return { understood: false, reason: data ? { code, data } : { code } }
}

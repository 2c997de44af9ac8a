import { readPayload } from '#sdk'
import type { EventDraft, Reason } from '#sdk'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory, OpenConnection } from '../connections/connection-directory.ts'
import { payloadShape } from '../events/payload-shape.ts'
import { storedHook } from '../ingest/stored-hook.ts'
import { namedId } from '../platform/named-id.ts'
import type { Vault } from '../platform/vault.ts'
import type { Receipt } from '../receipts/receipt-store.ts'

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
  | { understood: true; open: OpenConnection; events: NormalisedEvent[]; problems: Reason[] }
  | { understood: false; reason: Reason }

/**
 * What a receipt means. Never throws for what a vendor sent: a payload nobody can read is an answer too. Of several
 * items those that are understood go on, the others leave their reason.
 */
export async function normaliseReceipt(
  deps: { connections: ConnectionDirectory; vault: Vault },
  receipt: Receipt,
): Promise<Normalised> {
  const open = await deps.connections.byId(receipt.connectionId)
  if (!open) return notUnderstood('connection_deleted')
  if (!isUsable(open)) return notUnderstood(open.unusable)
  const usable = open
  if (!receipt.body) return notUnderstood('body_removed')

  const inbound = open.connector.inbound.find(({ id }) => id === receipt.inbound)
  if (!inbound) return notUnderstood('inbound_missing', { inbound: receipt.inbound ?? '' })

  const reading = readAll()
  if (reading.outcome !== 'read') {
    return { understood: false, reason: 'reason' in reading ? reading.reason : { code: reading.outcome } }
  }
  const events: NormalisedEvent[] = []
  const problems: Reason[] = []
  reading.items.forEach((item, at) => {
    if (!item.ok) return problems.push(item.reason)
    const shape = payloadShape(item.raw)
    for (const draft of item.events) {
      const key = [item.dedupeKey, draft.name, ...(draft.key === undefined ? [] : [draft.key])].join('|')
      const id = namedId('evt', receipt.connectionId, key)
      events.push({ id, key, item: at, raw: item.raw, shape, draft })
    }
    return undefined
  })
  const [first] = problems
  if (events.length === 0 && first) return { understood: false, reason: first }
  return { understood: true, open, events, problems }

  function readAll() {
    try {
      return readPayload(inbound!, storedHook(receipt, usable.hookUrl, deps.vault), usable.credentials[0])
    } catch (err) {
      // A fault in the connector's own code must not hold up anybody else's receipts.
      const problem = err instanceof Error ? err.message : String(err)
      return { outcome: 'unreadable' as const, reason: { code: 'connector_fault', data: { problem } } }
    }
  }
}

function notUnderstood(code: string, data?: Record<string, string>): Normalised {
  return { understood: false, reason: data ? { code, data } : { code } }
}

import { readPayload } from '#sdk'
import type { OpenConnection } from '../connections/connection-directory.ts'
import { storedHook } from '../ingest/stored-hook.ts'
import type { Vault } from '../platform/vault.ts'
import type { Receipt } from '../receipts/receipt-store.ts'

/** One item of a stored receipt as the vendor wrote it; `undefined` once its body has been removed. */
export function rawItem(receipt: Receipt, item: number, source: OpenConnection, vault: Vault): unknown {
  const inbound = source.connector.inbound.find(({ id }) => id === receipt.inbound)
  if (!inbound || !receipt.body) return undefined
  const reading = readPayload(inbound, storedHook(receipt, source.hookUrl, vault), source.credentials[0])
  return reading.outcome === 'read' ? reading.items[item]?.raw : undefined
}

import { createHash } from 'node:crypto'

/** A short name for a content: 32 hex digits, the same for the same bytes. For keys of facts that have no id. */
export function fingerprint(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}

import { hash } from 'node:crypto'

/** Fixed for all time: the same names give the same ids on every hub. */
const NAMESPACE = '8a3c1f5e-6f0d-4b7a-9d55-2f6b1d0c7e42'

/**
 * An id made from what it stands for, so that making the same thing twice collides with itself: the primary key
 * enforces "once", on a shard as well, without a second unique index. Events, runs and deliveries have such ids, and
 * receipts that the hub asked for.
 * A UUID of version 8 (RFC 9562, 5.8: the maker's own way) rather than 5, whose library costs ten times as much.
 */
export function namedId(
  prefix: 'rcp' | 'evt' | 'run' | 'dlv',
  ...parts: readonly (string | number)[]
): string {
  const digest = hash('sha256', NAMESPACE + JSON.stringify(parts), 'hex')
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 3) | 8).toString(16)
  return `${prefix}_${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

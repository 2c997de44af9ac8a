import { hash } from 'node:crypto'

/** Work is shared between processes in this many parts; see `leases.ts`. Fixed for the life of a database. */
export const PARTITIONS = 64

/** The part that owns everything of one connection (intake) or one contact (all that follows). */
export function partitionOf(id: string): number {
  return Number.parseInt(hash('sha1', id).slice(0, 4), 16) % PARTITIONS
}

export const allPartitions: readonly number[] = Array.from(
  { length: PARTITIONS },
  (_, partition) => partition,
)

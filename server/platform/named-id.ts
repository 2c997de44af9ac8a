import { v5 } from 'uuid'

/** Fixed for all time: the same names give the same ids on every hub. */
const NAMESPACE = '8a3c1f5e-6f0d-4b7a-9d55-2f6b1d0c7e42'

/**
 * An id made from what it stands for, so that making the same thing twice collides with itself: the primary key
 * enforces "once", on a shard as well, without a second unique index. Events, runs and deliveries have such ids.
 */
export function namedId(prefix: 'evt' | 'run' | 'dlv', ...parts: readonly (string | number)[]): string {
  return `${prefix}_${v5(JSON.stringify(parts), NAMESPACE)}`
}

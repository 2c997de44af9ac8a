import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

/** What an id is the id of. Events, runs and deliveries are named after what they stand for: `named-id.ts`. */
export type IdPrefix =
  | 'wsp'
  | 'usr'
  | 'ses'
  | 'inv'
  | 'tok'
  | 'con'
  | 'gnt'
  | 'map'
  | 'flw'
  | 'stp'
  | 'rcp'
  | 'ctc'
  | 'att'
  | 'rpl'
  | 'aud'
  | 'prc'
  | 'pol'
  | 'reg'
  | 'tst'
  | 'viw'

/** A fresh id: UUIDv7 behind its prefix. Ids say nothing about order; numbers do. */
export type NewId = (prefix: IdPrefix) => string

export const newId: NewId = (prefix) => `${prefix}_${v7({ random: randomBytes() })}`

/** Random bytes are asked for by the page: asking the system for every id costs more than all the rest of it. */
const pool = new Uint8Array(4_096)
const ID_BYTES = 16
let used = pool.length

function randomBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += ID_BYTES
  return pool.subarray(used - ID_BYTES, used)
}

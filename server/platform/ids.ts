import { v7 } from 'uuid'

/** What an id is the id of. Events, runs and deliveries are named after what they stand for: `named-id.ts`. */
export type IdPrefix =
  'wsp' | 'usr' | 'tok' | 'con' | 'map' | 'flw' | 'stp' | 'rcp' | 'ctc' | 'att' | 'rpl' | 'aud' | 'prc'

/** A fresh id: UUIDv7 behind its prefix. Ids say nothing about order; numbers do. */
export type NewId = (prefix: IdPrefix) => string

export const newId: NewId = (prefix) => `${prefix}_${v7()}`

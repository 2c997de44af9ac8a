import { EJSON, deserialize, serialize } from 'bson'
import type { Document } from 'bson'
import type { Doc } from '../bson-types.ts'
import { decode } from '../decode.ts'
import { encode } from '../encode.ts'

/** A document as a driver would send it: written by the official BSON library, read by the store. */
export function stored(plain: Document): Doc {
  return decode(serialize(plain))
}

/** A document as a driver would get it back, as relaxed extended JSON: `{ n: 1, at: { $date: '…' } }`. */
export function shown(doc: Doc): unknown {
  return EJSON.serialize(deserialize(encode(doc)))
}

/** As `shown`, with every type spelt out: `{ n: { $numberInt: '1' } }`. */
export function typed(doc: Doc): unknown {
  return EJSON.serialize(deserialize(encode(doc), { promoteValues: false, bsonRegExp: true }), {
    relaxed: false,
  })
}

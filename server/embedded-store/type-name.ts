import { BsonValue, isInt32 } from './bson-types.ts'
import type { Value } from './bson-types.ts'

/** BSON type numbers by the aliases `$type` takes. */
export const typeNumbers: ReadonlyMap<string, number> = new Map([
  ['double', 1],
  ['string', 2],
  ['object', 3],
  ['array', 4],
  ['binData', 5],
  ['undefined', 6],
  ['objectId', 7],
  ['bool', 8],
  ['date', 9],
  ['null', 10],
  ['regex', 11],
  ['dbPointer', 12],
  ['javascript', 13],
  ['symbol', 14],
  ['javascriptWithScope', 15],
  ['int', 16],
  ['timestamp', 17],
  ['long', 18],
  ['decimal', 19],
  ['minKey', -1],
  ['maxKey', 127],
])

const namesByNumber = new Map([...typeNumbers].map(([name, number]) => [number, name]))

/** The BSON type number of a value, as it goes over the wire (-1 for MinKey). */
export function typeNumber(value: Value): number {
  switch (typeof value) {
    case 'string':
      return 2
    case 'number':
      return isInt32(value) ? 16 : 1
    case 'bigint':
      return 18
    case 'boolean':
      return 8
    default:
  }
  if (value === null) return 10
  if (Array.isArray(value)) return 4
  if (value instanceof Date) return 9
  return value instanceof BsonValue ? value.bsonType : 3
}

/** The name MongoDB uses for the type of a value in its messages and in `$type`; `missing` for no value. */
export function typeName(value: Value | undefined): string {
  return value === undefined ? 'missing' : (namesByNumber.get(typeNumber(value)) ?? 'object')
}

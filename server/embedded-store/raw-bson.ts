import { StoreError } from './errors.ts'

/** The BSON type numbers, https://bsonspec.org/spec.html (2026-11-25). */
export const bsonType = {
  double: 0x01,
  string: 0x02,
  object: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  bool: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal128: 0x13,
  minKey: 0xff,
  maxKey: 0x7f,
} as const

/** One value inside a BSON document that has not been decoded: its type and where its bytes lie in `bytes`. */
export interface RawValue {
  readonly type: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** One field of a raw document; `nameStart`..`nameEnd` are the bytes of its name without the closing zero. */
export interface RawField extends RawValue {
  readonly nameStart: number
  readonly nameEnd: number
}

function broken(what: string): never {
  throw new StoreError('InvalidBSON', `The document is not valid BSON: ${what}.`)
}

function endOfCString(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(0, at)
  if (end < 0) broken('a name has no end')
  return end
}

/** Where the value of this type that starts at `at` ends. */
export function valueEnd(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case bsonType.int32:
      return at + 4
    case bsonType.double:
    case bsonType.date:
    case bsonType.int64:
    case bsonType.timestamp:
      return at + 8
    case bsonType.string:
    case bsonType.code:
    case bsonType.symbol:
      return at + 4 + bytes.readInt32LE(at)
    case bsonType.object:
    case bsonType.array:
    case bsonType.codeWithScope:
      return at + bytes.readInt32LE(at)
    case bsonType.objectId:
      return at + 12
    case bsonType.bool:
      return at + 1
    case bsonType.null:
    case bsonType.undefined:
    case bsonType.minKey:
    case bsonType.maxKey:
      return at
    case bsonType.binary:
      return at + 5 + bytes.readInt32LE(at)
    case bsonType.decimal128:
      return at + 16
    case bsonType.regex:
      return endOfCString(bytes, endOfCString(bytes, at) + 1) + 1
    case bsonType.dbPointer:
      return at + 4 + bytes.readInt32LE(at) + 12
    default:
      return broken(`type ${type} does not exist`)
  }
}

/** Calls `visit` for each field of the document that starts at `start`, in order, until it returns `false`. */
export function eachField(bytes: Buffer, start: number, visit: (field: RawField) => boolean | void): void {
  const end = start + bytes.readInt32LE(start) - 1
  if (end >= bytes.length) broken('it is cut off')
  let at = start + 4
  while (at < end) {
    const type = bytes[at] ?? 0
    const nameStart = at + 1
    const nameEnd = endOfCString(bytes, nameStart)
    const valueStart = nameEnd + 1
    const next = valueEnd(bytes, type, valueStart)
    if (next < valueStart || next > end) broken('a value reaches past its end')
    if (visit({ type, bytes, start: valueStart, end: next, nameStart, nameEnd }) === false) return
    at = next
  }
}

/** The field of this name (as UTF-8 bytes) in the document that starts at `start`, if there is one. */
export function findField(bytes: Buffer, start: number, name: Buffer): RawValue | undefined {
  const end = start + bytes.readInt32LE(start) - 1
  const length = name.length
  let at = start + 4
  while (at < end) {
    const type = bytes[at] ?? 0
    let matched = 0
    let cursor = at + 1
    while (matched < length && bytes[cursor] === name[matched]) {
      matched++
      cursor++
    }
    if (matched === length && bytes[cursor] === 0) {
      return { type, bytes, start: cursor + 1, end: valueEnd(bytes, type, cursor + 1) }
    }
    while (bytes[cursor] !== 0) cursor++
    at = valueEnd(bytes, type, cursor + 1)
  }
  return undefined
}

/** The name of a field as text. */
export function nameOf(field: RawField): string {
  return field.bytes.toString('utf8', field.nameStart, field.nameEnd)
}

/** The elements of the raw array that starts at `start`. */
export function elementsOf(bytes: Buffer, start: number): RawValue[] {
  const elements: RawValue[] = []
  eachField(bytes, start, (field) => {
    elements.push(field)
  })
  return elements
}

/** The bytes of a raw document or array, as a view. */
export function bytesOf(value: RawValue): Buffer {
  return value.bytes.subarray(value.start, value.end)
}

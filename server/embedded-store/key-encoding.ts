import { newDoc, type Value } from './bson-types.ts'
import { copyBytes } from './copy-bytes.ts'
import { encode } from './encode.ts'
import { bsonType, eachField, type RawValue } from './raw-bson.ts'

/**
 * Index keys: bytes whose order under memcmp is MongoDB's order of values, across types too. No encoded value is the
 * beginning of another one, so components can be put one after the other. 0x00 and 0xff are never a value's first
 * byte, which leaves them for bounds (see `lowest` and `highest` in bounds.ts).
 */
export const keyTag = {
  minKey: 0x01,
  undefined: 0x12,
  null: 0x14,
  number: 0x1e,
  string: 0x28,
  object: 0x32,
  array: 0x3c,
  binary: 0x46,
  objectId: 0x50,
  bool: 0x5a,
  date: 0x64,
  timestamp: 0x6e,
  regex: 0x78,
  dbPointer: 0x79,
  code: 0x7a,
  codeWithScope: 0x7b,
  maxKey: 0x7f,
} as const

/** Collects the bytes of one key. `inexact` is set once a value was put whose key other values may share. */
export class KeyWriter {
  private buffer = Buffer.allocUnsafe(512)
  private length = 0
  inexact = false

  /** Starts a new key with this prefix. */
  begin(prefix: Buffer): void {
    this.length = 0
    this.inexact = false
    this.bytes(prefix)
  }

  /** How many bytes were written: a place to come back to. */
  get position(): number {
    return this.length
  }

  /** Forgets everything after `position`. */
  rewind(position: number): void {
    this.length = position
  }

  /** A copy of what was written. */
  finish(): Buffer {
    const key = Buffer.allocUnsafe(this.length)
    copyBytes(this.buffer, 0, this.length, key, 0)
    return key
  }

  byte(value: number): void {
    this.room(1)
    this.buffer[this.length++] = value
  }

  bytes(source: Buffer, from = 0, to = source.length): void {
    this.room(to - from)
    this.length = copyBytes(source, from, to, this.buffer, this.length)
  }

  /** Writes one component, inverted for a descending field. `undefined` is a missing field and sorts as null. */
  component(value: RawValue | undefined, descending: boolean): void {
    const from = this.length
    if (value === undefined) this.byte(keyTag.null)
    else this.value(value.type, value.bytes, value.start, value.end)
    if (descending) this.invert(from)
  }

  /** Inverts every byte from `from` on, which turns the order of the component around. */
  invert(from: number): void {
    for (let at = from; at < this.length; at++) this.buffer[at] = 255 - (this.buffer[at] ?? 0)
  }

  private room(more: number): void {
    if (this.length + more <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more))
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
  }

  private number(value: number, rest: number): void {
    this.room(11)
    const at = this.length
    this.buffer[at] = keyTag.number
    if (Number.isNaN(value)) {
      this.buffer.fill(0, at + 1, at + 9)
    } else {
      this.buffer.writeDoubleBE(value === 0 ? 0 : value, at + 1)
      if (value < 0) for (let i = at + 1; i < at + 9; i++) this.buffer[i] = 255 - (this.buffer[i] ?? 0)
      else this.buffer[at + 1] = (this.buffer[at + 1] ?? 0) | 0x80
    }
    this.buffer.writeUInt16BE(rest + 0x8000, at + 9)
    this.length += 11
  }

  /** Zero would end the text too early, so 0 becomes 1 1 and 1 becomes 1 2; the end is a zero. */
  private text(bytes: Buffer, start: number, end: number): void {
    this.room((end - start) * 2 + 1)
    const { buffer } = this
    let to = this.length
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0
      if (byte > 1) {
        buffer[to++] = byte
      } else {
        buffer[to++] = 1
        buffer[to++] = byte + 1
      }
    }
    buffer[to++] = 0
    this.length = to
  }

  private signed64(bytes: Buffer, start: number): void {
    this.room(8)
    for (let i = 0; i < 8; i++) this.buffer[this.length + i] = bytes[start + 7 - i] ?? 0
    this.buffer[this.length] = (this.buffer[this.length] ?? 0) ^ 0x80
    this.length += 8
  }

  private value(type: number, bytes: Buffer, start: number, end: number): void {
    switch (type) {
      case bsonType.int32:
        return this.number(bytes.readInt32LE(start), 0)
      case bsonType.double:
        return this.number(bytes.readDoubleLE(start), 0)
      case bsonType.int64: {
        const exact = bytes.readBigInt64LE(start)
        const near = Number(exact)
        return this.number(near, Number(exact - BigInt(near)))
      }
      case bsonType.decimal128:
        this.inexact = true
        return this.number(Number(decimalText(bytes, start)), 0)
      case bsonType.string:
      case bsonType.symbol:
        this.byte(keyTag.string)
        return this.text(bytes, start + 4, end - 1)
      case bsonType.null:
        return this.byte(keyTag.null)
      case bsonType.undefined:
        return this.byte(keyTag.undefined)
      case bsonType.objectId:
        this.byte(keyTag.objectId)
        return this.bytes(bytes, start, end)
      case bsonType.bool:
        this.byte(keyTag.bool)
        return this.byte(bytes[start] === 0 ? 1 : 2)
      case bsonType.date:
        this.byte(keyTag.date)
        return this.signed64(bytes, start)
      case bsonType.timestamp:
        this.byte(keyTag.timestamp)
        for (let i = 7; i >= 0; i--) this.byte(bytes[start + i] ?? 0)
        return
      case bsonType.object:
        this.byte(keyTag.object)
        return this.fields(bytes, start, true)
      case bsonType.array:
        this.byte(keyTag.array)
        return this.fields(bytes, start, false)
      case bsonType.binary:
        this.byte(keyTag.binary)
        this.uint32(bytes.readInt32LE(start))
        return this.bytes(bytes, start + 4, end)
      case bsonType.regex: {
        const middle = bytes.indexOf(0, start)
        this.byte(keyTag.regex)
        this.text(bytes, start, middle)
        return this.text(bytes, middle + 1, end - 1)
      }
      case bsonType.minKey:
        return this.byte(keyTag.minKey)
      case bsonType.maxKey:
        return this.byte(keyTag.maxKey)
      case bsonType.code:
        this.byte(keyTag.code)
        return this.text(bytes, start + 4, end - 1)
      default:
        // DBPointer and code with scope: two deprecated types nobody orders by; their bytes tell them apart.
        this.byte(type === bsonType.dbPointer ? keyTag.dbPointer : keyTag.codeWithScope)
        return this.text(bytes, start, end)
    }
  }

  private uint32(value: number): void {
    this.room(4)
    this.buffer.writeUInt32BE(value, this.length)
    this.length += 4
  }

  /** An object compares field by field: type, name, value; an array only by its values. A zero ends both. */
  private fields(bytes: Buffer, start: number, named: boolean): void {
    eachField(bytes, start, (field) => {
      if (named) {
        this.byte(orderOfType(field.type))
        this.text(bytes, field.nameStart, field.nameEnd)
      }
      this.value(field.type, bytes, field.start, field.end)
    })
    this.byte(0)
  }
}

/** The tag a value of this BSON type begins with. */
export function orderOfType(type: number): number {
  switch (type) {
    case bsonType.int32:
    case bsonType.int64:
    case bsonType.double:
    case bsonType.decimal128:
      return keyTag.number
    case bsonType.string:
    case bsonType.symbol:
      return keyTag.string
    case bsonType.object:
      return keyTag.object
    case bsonType.array:
      return keyTag.array
    case bsonType.binary:
      return keyTag.binary
    case bsonType.objectId:
      return keyTag.objectId
    case bsonType.bool:
      return keyTag.bool
    case bsonType.date:
      return keyTag.date
    case bsonType.timestamp:
      return keyTag.timestamp
    case bsonType.regex:
      return keyTag.regex
    case bsonType.minKey:
      return keyTag.minKey
    case bsonType.maxKey:
      return keyTag.maxKey
    case bsonType.undefined:
      return keyTag.undefined
    case bsonType.null:
      return keyTag.null
    case bsonType.code:
      return keyTag.code
    case bsonType.dbPointer:
      return keyTag.dbPointer
    default:
      return keyTag.codeWithScope
  }
}

/**
 * A Decimal128 as text that `Number()` understands. Only the nearest double goes into a key; two decimals that differ
 * after the 17th digit share one, which is why such a key counts as inexact.
 */
function decimalText(bytes: Buffer, start: number): string {
  const high = bytes.readBigUInt64LE(start + 8)
  const low = bytes.readBigUInt64LE(start)
  const sign = high >> 63n === 1n ? '-' : ''
  if (((high >> 58n) & 0x1fn) === 0x1fn) return 'NaN'
  if (((high >> 58n) & 0x1en) === 0x1en) return `${sign}Infinity`
  // The second form of the exponent belongs to coefficients too large to be valid, which count as zero.
  if (((high >> 61n) & 3n) === 3n) return '0'
  const exponent = Number((high >> 49n) & 0x3fffn) - 6176
  const digits = ((high & 0x1ffffffffffffn) << 64n) | low
  return `${sign}${digits}e${exponent}`
}

const probe = new KeyWriter()
const nothing = Buffer.alloc(0)

/** The value of a query as one raw BSON value, so that queries and documents are encoded by the same code. */
export function rawValue(value: Value): RawValue {
  const holder = newDoc()
  holder['v'] = value
  const bytes = encode(holder)
  return { type: bytes[4] ?? 0, bytes, start: 7, end: bytes.length - 1 }
}

/** One component alone, ascending. */
export function encodeComponent(value: RawValue | undefined): Buffer {
  probe.begin(nothing)
  probe.component(value, false)
  return probe.finish()
}

import { randomBytes } from 'node:crypto'

/**
 * How a decoded BSON value looks in memory. What JavaScript holds exactly stays a plain value, so that the hot
 * paths work on primitives; everything else is a small class below.
 *
 * | BSON | here |
 * | --- | --- |
 * | int32 | `number` (an integer within 32 bits) |
 * | double | `number` when it is not such an integer (1.5, 1e10, NaN, -0), otherwise `Double` |
 * | int64 | `bigint` |
 * | string, bool, null | `string`, `boolean`, `null` |
 * | date | `Date`, or `WideDate` outside the range of a JavaScript date |
 * | array | `Value[]` |
 * | document | `Doc` |
 */
export type Value = string | number | bigint | boolean | null | Date | Doc | Value[] | SpecialValue

/** The BSON types JavaScript has no exact counterpart for. */
export type SpecialValue =
  Double | Decimal | ObjectId | Binary | Timestamp | Regex | Code | Symbolic | DbPointer | WideDate | Marker

/**
 * A document. Made by `newDoc()`: its prototype chain holds nothing, so a field called `__proto__` or `constructor`
 * is a field like any other.
 *
 * JavaScript reorders properties that look like array indexes, BSON must not: such a field is kept under
 * `fieldKey(name)`, which puts a NUL (impossible in a BSON name) in front. Everything that goes from names to
 * properties or back uses `fieldKey` and `fieldName`.
 */
export interface Doc {
  [key: string]: Value
}

function Fields(): void {}
Fields.prototype = Object.freeze(Object.create(null))
const FieldsConstructor: new () => Doc = Object(Fields)

/** An empty document; an instance of a class instead of `Object.create(null)` because V8 keeps those fast. */
export function newDoc(): Doc {
  return new FieldsConstructor()
}

const arrayIndex = /^(?:0|[1-9]\d{0,9})$/

/** The property under which the field `name` is kept in a `Doc`. */
export function fieldKey(name: string): string {
  const first = name.charCodeAt(0)
  return first >= 48 && first <= 57 && arrayIndex.test(name) ? `\0${name}` : name
}

/** The BSON field name of a property of a `Doc`. */
export function fieldName(key: string): string {
  return key.charCodeAt(0) === 0 ? key.slice(1) : key
}

/** The common ancestor of all special values; one `instanceof` tells them from documents. */
export abstract class BsonValue {
  /** The number of the BSON type on the wire, as `$type` takes it (-1 for MinKey). */
  abstract readonly bsonType: number
}

/** A double that would otherwise be taken for an int32: 7.0 stays a double. */
export class Double extends BsonValue {
  readonly bsonType = 1
  readonly value: number
  constructor(value: number) {
    super()
    this.value = value
  }
}

/** A decimal128 in its 16 bytes, little-endian. `decimal.ts` reads and computes it. */
export class Decimal extends BsonValue {
  readonly bsonType = 19
  readonly bytes: Buffer
  constructor(bytes: Buffer) {
    super()
    this.bytes = bytes
  }
}

const processPart = randomBytes(5).toString('latin1')
let counter = randomBytes(3).readUIntBE(0, 3)

/** An ObjectId; its 12 bytes as a latin-1 string, which compares exactly as the bytes do. */
export class ObjectId extends BsonValue {
  readonly bsonType = 7
  readonly raw: string
  constructor(raw: string) {
    super()
    this.raw = raw
  }

  /** A new id: seconds of the clock, five random bytes of this process, a counter. */
  static generate(nowMs: number): ObjectId {
    counter = (counter + 1) & 0xffffff
    const seconds = Math.floor(nowMs / 1000)
    return new ObjectId(
      String.fromCharCode(
        (seconds >>> 24) & 0xff,
        (seconds >>> 16) & 0xff,
        (seconds >>> 8) & 0xff,
        seconds & 0xff,
      ) +
        processPart +
        String.fromCharCode(counter >>> 16, (counter >>> 8) & 0xff, counter & 0xff),
    )
  }

  static fromHex(hex: string): ObjectId {
    return new ObjectId(Buffer.from(hex, 'hex').toString('latin1'))
  }

  toHex(): string {
    return Buffer.from(this.raw, 'latin1').toString('hex')
  }
}

/** Binary data with its subtype (4 is a UUID). Subtype 2 keeps the inner length in its bytes, untouched. */
export class Binary extends BsonValue {
  readonly bsonType = 5
  readonly subtype: number
  readonly bytes: Buffer
  constructor(subtype: number, bytes: Buffer) {
    super()
    this.subtype = subtype
    this.bytes = bytes
  }
}

/** MongoDB's internal timestamp: seconds in the upper, an ordinal in the lower 32 bits, unsigned. */
export class Timestamp extends BsonValue {
  readonly bsonType = 17
  readonly value: bigint
  constructor(value: bigint) {
    super()
    this.value = value
  }
}

/** A stored regular expression, as written; `regex.ts` compiles it. */
export class Regex extends BsonValue {
  readonly bsonType = 11
  readonly pattern: string
  readonly options: string
  constructor(pattern: string, options: string) {
    super()
    this.pattern = pattern
    this.options = options
  }
}

/** JavaScript code as data; it is never run. With a scope it is BSON type 15, otherwise 13. */
export class Code extends BsonValue {
  readonly bsonType: 13 | 15
  readonly code: string
  readonly scope: Doc | undefined
  constructor(code: string, scope?: Doc) {
    super()
    this.bsonType = scope ? 15 : 13
    this.code = code
    this.scope = scope
  }
}

/** The deprecated BSON symbol: a string of its own type. */
export class Symbolic extends BsonValue {
  readonly bsonType = 14
  readonly value: string
  constructor(value: string) {
    super()
    this.value = value
  }
}

/** The deprecated BSON pointer into another collection (not the `$ref` documents drivers write). */
export class DbPointer extends BsonValue {
  readonly bsonType = 12
  readonly namespace: string
  readonly id: ObjectId
  constructor(namespace: string, id: ObjectId) {
    super()
    this.namespace = namespace
    this.id = id
  }
}

/** A date whose milliseconds JavaScript's `Date` cannot hold. */
export class WideDate extends BsonValue {
  readonly bsonType = 9
  readonly ms: bigint
  constructor(ms: bigint) {
    super()
    this.ms = ms
  }
}

/** One of the three values that carry nothing but their type. */
export class Marker extends BsonValue {
  readonly bsonType: -1 | 6 | 127
  constructor(bsonType: -1 | 6 | 127) {
    super()
    this.bsonType = bsonType
  }
}

/** Smaller than every other value. */
export const minKey = new Marker(-1)
/** Greater than every other value. */
export const maxKey = new Marker(127)
/** The deprecated BSON `undefined`, a stored value; JavaScript's `undefined` always means a missing field here. */
export const bsonUndefined = new Marker(6)

/** Whether a value is a document (and not an array, a date or one of the special values). */
export function isDoc(value: Value | undefined): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof BsonValue) &&
    !Array.isArray(value) &&
    !(value instanceof Date)
  )
}

/** Whether a JavaScript number stands for an int32 (and not for a double). */
export function isInt32(value: number): boolean {
  return (value | 0) === value && (value !== 0 || 1 / value > 0)
}

/** The value for a double, whatever it holds. */
export function doubleValue(value: number): number | Double {
  return isInt32(value) ? new Double(value) : value
}

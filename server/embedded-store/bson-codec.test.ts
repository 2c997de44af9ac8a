import {
  BSONRegExp,
  BSONSymbol,
  Binary,
  Code,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  deserialize,
  serialize,
} from 'bson'
import type { Document } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, decodeFields } from './decode.ts'
import { encode } from './encode.ts'
import { StoreError } from './errors.ts'
import { prepareInsert } from './prepare-insert.ts'
import { stored, typed } from './testing/docs.ts'

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Binary(bytes, 0)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Binary(bytes, 4)),
  fc.constantFrom('1.10', '-0', 'NaN', 'Infinity', '9.999E+6144').map((text) => Decimal128.fromString(text)),
  fc.constantFrom(new MinKey(), new MaxKey(), new BSONSymbol('s'), new Timestamp({ t: 4294967295, i: 7 })),
  fc.constantFrom(new BSONRegExp('^a.b', 'imx'), new Code('f()'), new Code('f()', { a: 1 })),
)
const name = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  fc.constantFrom('__proto__', 'constructor', 'toString', '0', '10', '2', '007', '4294967295', ''),
)
const documents: fc.Arbitrary<Document> = fc.letrec<{ value: unknown; doc: Document }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('doc'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  doc: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 6 })
    .map((fields) => Object.assign(Object.create(null), ...fields.map(([key, value]) => field(key, value)))),
})).doc

function field(key: string, value: unknown): object {
  return Object.defineProperty(Object.create(null), key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function codeOf(attempt: () => void): unknown {
  try {
    attempt()
    return undefined
  } catch (error) {
    return error instanceof StoreError ? error.codeName : error
  }
}

/** Throws where a driver could not read what is stored. */
function readByDriver(bytes: Uint8Array): 'read' {
  try {
    deserialize(bytes, { bsonRegExp: true, validation: { utf8: false } })
  } catch (error) {
    // MongoDB stores a regular expression with any letters behind it; only who asks for its class is told of them.
    const isByOptions = error instanceof Error && error.message.startsWith('The regular expression option')
    if (!isByOptions) throw error
  }
  return 'read'
}

describe('stored documents', () => {
  it('come back byte for byte, whatever types and names they hold', () => {
    fc.assert(
      fc.property(documents, (doc) => {
        const bytes = Buffer.from(serialize(doc))
        expect(encode(decode(bytes)).equals(bytes)).toBe(true)
      }),
    )
  })

  it('keep the order of fields that look like numbers', () => {
    const bytes = Buffer.from(
      '1b000000' + '103200' + '01000000' + '103100' + '02000000' + '106100' + '03000000' + '00',
      'hex',
    )
    bytes.writeInt32LE(bytes.length, 0)
    expect(encode(decode(bytes)).equals(bytes)).toBe(true)
  })

  it('keep a double a double when it holds a whole number', () => {
    expect(typed(stored({ a: new Double(7), b: 7, c: Long.fromNumber(7) }))).toEqual({
      a: { $numberDouble: '7.0' },
      b: { $numberInt: '7' },
      c: { $numberLong: '7' },
    })
  })

  it('cannot change what objects inherit by a field called __proto__', () => {
    const doc = stored(Object.assign(Object.create(null), field('__proto__', { polluted: true })))
    expect(Object.keys(doc)).toEqual(['__proto__'])
    expect('polluted' in {}).toBe(false)
    expect(doc['polluted']).toBeUndefined()
    expect(doc['constructor']).toBeUndefined()
  })

  it('can be read in part, with the fields asked for only', () => {
    const bytes = serialize({ a: { b: 1 }, c: [1], d: 'x', e: new Date(5), f: 2 })
    expect(Object.entries(decodeFields(bytes, new Set(['d', 'f'])))).toEqual([
      ['d', 'x'],
      ['f', 2],
    ])
  })

  it('are refused when their bytes are cut off or lie about their length', () => {
    const bytes = Buffer.from(
      serialize({ a: 'hello', b: { c: [1, 2, 3] }, d: new Binary(Buffer.from('abc')) }),
    )
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decode(bytes.subarray(0, length))).toThrow('not a BSON document')
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (position, byte) => {
        const broken = Buffer.from(bytes)
        broken[position] = byte
        expect(codeOf(() => decode(broken))).toBeOneOf([undefined, 'InvalidBSON', 'Overflow'])
      }),
    )
  })

  it('are refused before they are stored when something inside is broken, however deep', () => {
    const whole = Buffer.from(serialize({ _id: 1, list: [{ text: 'abc', flag: true }] }))
    const broken = [
      (bytes: Buffer) => bytes.writeUInt8(0x99, bytes.indexOf('text') - 1),
      (bytes: Buffer) => bytes.writeInt32LE(999, bytes.indexOf('text') - 5),
      (bytes: Buffer) => bytes.writeInt32LE(3, bytes.indexOf('abc') - 4),
      (bytes: Buffer) => bytes.writeUInt8(7, bytes.indexOf('flag') + 5),
    ]
    expect(prepareInsert(whole, 0)).toEqual(whole)
    for (const breakIt of broken) {
      const bytes = Buffer.from(whole)
      breakIt(bytes)
      expect(codeOf(() => prepareInsert(bytes, 0))).toBe('InvalidBSON')
    }
  })

  it('are only stored when a driver can read them, whichever of their bytes are wrong', () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.nat({ max: 255 }), (doc, place, byte) => {
        const bytes = Buffer.from(serialize(doc))
        bytes[place % bytes.length] = byte
        const refusal = codeOf(() => prepareInsert(bytes, 0))
        expect(refusal ?? readByDriver(bytes)).toMatch(/^(InvalidBSON|InvalidIdField|DollarPrefixed|read)/)
      }),
    )
  })

  it('are stored with letters behind a regular expression that nobody knows, as MongoDB does', () => {
    const bytes = Buffer.from(serialize({ _id: 1, pattern: /abc/i }))
    bytes[bytes.indexOf('abc\0i') + 4] = 0x7a
    expect(prepareInsert(bytes, 0)).toEqual(bytes)
    expect(deserialize(bytes)).toEqual({ _id: 1, pattern: /abc/ })
  })

  it('are refused when a name holds a NUL, which would cut it short', () => {
    expect(() => encode({ 'a\0b': 1 })).toThrow('NUL')
  })

  it('are refused when nested without end', () => {
    let doc: Document = {}
    for (let depth = 0; depth < 250; depth++) doc = { doc }
    expect(() => decode(serialize(doc))).toThrow('nested deeper')
  })
})

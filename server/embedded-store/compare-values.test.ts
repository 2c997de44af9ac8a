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
} from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Value } from './bson-types.ts'
import { bsonUndefined } from './bson-types.ts'
import { compareStrings, compareValues, identicalValues } from './compare-values.ts'
import { groupKey } from './group-key.ts'
import { stored } from './testing/docs.ts'

function value(plain: unknown): Value {
  return stored({ plain })['plain'] ?? null
}

/** One or more values of every type, in MongoDB's order; values in one list are equal. */
const ordered: Value[][] = [
  [value(new MinKey())],
  [bsonUndefined],
  [null],
  [value(NaN), value(Decimal128.fromString('NaN'))],
  [value(-Infinity), value(Decimal128.fromString('-Infinity'))],
  [value(Long.MIN_VALUE), value(-(2 ** 63))],
  [value(-1.5), value(Decimal128.fromString('-1.50'))],
  [value(0), value(-0), value(new Double(0)), value(Long.ZERO), value(Decimal128.fromString('0E+3'))],
  [value(0.1)],
  [value(1), value(new Double(1)), value(Long.ONE), value(Decimal128.fromString('1.000'))],
  [value(2 ** 53), value(Long.fromString('9007199254740992'))],
  [value(Long.fromString('9007199254740993')), value(Decimal128.fromString('9007199254740993'))],
  [value(1e300)],
  [value(Infinity)],
  [value('')],
  [value('a'), value(new BSONSymbol('a'))],
  [value('a\0')],
  [value('ab')],
  [value('é')],
  [value('\uffff')],
  [value('😀')],
  [value({})],
  [value({ a: 1 }), value({ a: new Double(1) })],
  [value({ b: 1 })],
  [value({ a: 'x' })],
  [value({ a: 'x', b: 1 })],
  [value([])],
  [value([1])],
  [value([1, 2])],
  [value([2])],
  [value(new Binary(Buffer.from('b'), 0))],
  [value(new Binary(Buffer.from('a'), 4))],
  [value(new Binary(Buffer.from('aa'), 0))],
  [value(new ObjectId('000000000000000000000001'))],
  [value(new ObjectId('ff0000000000000000000001'))],
  [value(false)],
  [value(true)],
  [value(new Date(-1))],
  [value(new Date(1))],
  [value(new Timestamp({ t: 1, i: 1 }))],
  [value(new Timestamp({ t: 4294967295, i: 1 }))],
  [value(new BSONRegExp('a'))],
  [value(new BSONRegExp('a', 'i'))],
  [value(new Code('a'))],
  [value(new Code('a', { b: 1 }))],
  [value(new MaxKey())],
]

const sample = ordered.flatMap((equals, place) => equals.map((item) => ({ item, place })))

describe('the order of values', () => {
  it('is MongoDB’s, across all types', () => {
    for (const left of sample) {
      for (const right of sample) {
        expect(Math.sign(compareValues(left.item, right.item))).toBe(Math.sign(left.place - right.place))
      }
    }
  })

  it('tells equal values apart from identical ones', () => {
    for (const left of sample) {
      for (const right of sample) {
        expect(identicalValues(left.item, right.item)).toBe(left === right)
      }
    }
  })

  it('agrees with the keys documents are grouped by', () => {
    for (const left of sample) {
      for (const right of sample) {
        const isEmpty = (item: Value): boolean => item === null || item === bsonUndefined
        if (isEmpty(left.item) || isEmpty(right.item)) continue
        expect(groupKey(left.item) === groupKey(right.item)).toBe(left.place === right.place)
      }
    }
  })

  it('puts strings in the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right))
        expect(Math.sign(compareStrings(left, right))).toBe(bytes)
      }),
    )
  })

  it('compares whole numbers beyond 2^53 exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.integer({ min: -2, max: 2 }),
        (long, step) => {
          const other = BigInt.asIntN(64, long + BigInt(step))
          expect(Math.sign(compareValues(long, other))).toBe(long < other ? -1 : long > other ? 1 : 0)
          const double = Number(long)
          const exact = BigInt(double)
          expect(Math.sign(compareValues(long, double))).toBe(long < exact ? -1 : long > exact ? 1 : 0)
        },
      ),
    )
  })
})

import { Decimal128, Double, Long, ObjectId, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { compileExpression } from './expression.ts'
import { shown, stored, typed } from './testing/docs.ts'

const doc = stored({
  n: 5,
  s: 'Hello wörld',
  d: new Date('2026-03-29T01:30:15.123Z'),
  list: [3, 1, 2],
  docs: [{ k: 'a', v: 1 }, { k: 'b', v: [2, 3] }, 7, { v: null }],
  nested: { x: { y: 1 } },
  nothing: null,
})

/** The value of an expression, as a client would see it; `missing` when there is none. */
function value(expression: unknown): unknown {
  const result = compileExpression(stored({ expression })['expression'] ?? null)(doc)
  return result === undefined ? 'missing' : Object(shown({ result })).result
}

function typedValue(expression: unknown): unknown {
  const result = compileExpression(stored({ expression })['expression'] ?? null)(doc)
  return Object(typed({ result: result ?? null })).result
}

describe('expressions', () => {
  it('follow paths, through arrays by gathering', () => {
    expect(value('$nested.x.y')).toBe(1)
    expect(value('$docs.v')).toEqual([1, [2, 3], null])
    expect(value('$nested.z')).toBe('missing')
    expect(value('$list.0')).toEqual([])
    expect(value('$$ROOT.n')).toBe(5)
    expect(value({ a: '$n', b: '$nope', c: ['$nope', { $literal: '$n' }] })).toEqual({
      a: 5,
      c: [null, '$n'],
    })
  })

  it.each([
    [{ $add: [2147483647, 1] }, { $numberLong: '2147483648' }],
    [{ $add: [Long.MAX_VALUE, 1] }, { $numberDouble: '9223372036854775808.0' }],
    [{ $add: [new Double(1), 1] }, { $numberDouble: '2.0' }],
    [{ $add: [Decimal128.fromString('0.1'), 0.2] }, { $numberDecimal: '0.300000000000000' }],
    [{ $subtract: [-1, -2147483648] }, { $numberInt: '2147483647' }],
    [{ $multiply: [3, Long.fromNumber(2)] }, { $numberLong: '6' }],
    [{ $divide: [6, 3] }, { $numberDouble: '2.0' }],
    [{ $mod: [-7, 3] }, { $numberInt: '-1' }],
    [{ $round: [2.5] }, { $numberDouble: '2.0' }],
    [{ $round: [1234.5678, 2] }, { $numberDouble: '1234.57' }],
    [{ $trunc: [-7.8] }, { $numberDouble: '-7.0' }],
    [{ $round: [1250, -2] }, { $numberInt: '1200' }],
    [{ $floor: -1.5 }, { $numberDouble: '-2.0' }],
    [{ $pow: [2, 40] }, { $numberLong: '1099511627776' }],
    [{ $sum: ['$n', 'x', 2] }, { $numberInt: '7' }],
    [{ $sum: '$list' }, { $numberInt: '6' }],
    [{ $avg: '$list' }, { $numberDouble: '2.0' }],
    [{ $subtract: ['$d', new Date('2026-03-29T00:00:00Z')] }, { $numberLong: '5415123' }],
    [{ $toInt: '42' }, { $numberInt: '42' }],
    [{ $toLong: 4.9 }, { $numberLong: '4' }],
    [{ $toDouble: true }, { $numberDouble: '1.0' }],
    [{ $toDecimal: '1.10' }, { $numberDecimal: '1.10' }],
    [
      { $divide: [Decimal128.fromString('1'), 3] },
      { $numberDecimal: '0.3333333333333333333333333333333333' },
    ],
    [{ $divide: [Decimal128.fromString('6'), Decimal128.fromString('1.5')] }, { $numberDecimal: '4' }],
    [{ $mod: [Decimal128.fromString('-7.5'), 2] }, { $numberDecimal: '-1.5' }],
    [{ $round: [Decimal128.fromString('2.345'), 2] }, { $numberDecimal: '2.34' }],
    [{ $ceil: Decimal128.fromString('-1.5') }, { $numberDecimal: '-1' }],
    [{ $avg: [Decimal128.fromString('1'), 2] }, { $numberDecimal: '1.5' }],
    [{ $bitAnd: [6, 3] }, { $numberInt: '2' }],
  ])('%j has the value and the type MongoDB gives it', (expression, expected) => {
    expect(typedValue(expression)).toEqual(expected)
  })

  it.each([
    [{ $concat: ['$s', '!'] }, 'Hello wörld!'],
    [{ $concat: ['$s', '$nothing'] }, null],
    [{ $toUpper: '$s' }, 'HELLO WÖRLD'],
    [{ $strLenCP: '$s' }, 11],
    [{ $strLenBytes: '$s' }, 12],
    [{ $substrCP: ['$s', 6, 2] }, 'wö'],
    [{ $substrBytes: ['$s', 0, 5] }, 'Hello'],
    [{ $indexOfCP: ['$s', 'r'] }, 8],
    [{ $split: ['a,b,,c', ','] }, ['a', 'b', '', 'c']],
    [{ $trim: { input: '  x ' } }, 'x'],
    [{ $ltrim: { input: 'xxyx', chars: 'x' } }, 'yx'],
    [{ $replaceAll: { input: 'a.b.c', find: '.', replacement: '<$&>' } }, 'a<$&>b<$&>c'],
    [{ $regexMatch: { input: '$s', regex: '^hello', options: 'i' } }, true],
    [{ $regexFind: { input: 'a12b', regex: /(\d)(\d)/ } }, { match: '12', idx: 1, captures: ['1', '2'] }],
    [
      { $regexFindAll: { input: 'a1b2', regex: /\d/ } },
      [
        { match: '1', idx: 1, captures: [] },
        { match: '2', idx: 3, captures: [] },
      ],
    ],
    [{ $strcasecmp: ['Abc', 'aBD'] }, -1],
    [{ $toString: 12.5 }, '12.5'],
    [{ $toString: new ObjectId('0123456789abcdef01234567') }, '0123456789abcdef01234567'],
    [{ $size: '$list' }, 3],
    [{ $arrayElemAt: ['$list', -1] }, 2],
    [{ $arrayElemAt: ['$list', 9] }, 'missing'],
    [{ $first: '$list' }, 3],
    [{ $slice: ['$list', 1, 5] }, [1, 2]],
    [{ $concatArrays: ['$list', [9]] }, [3, 1, 2, 9]],
    [{ $in: [new Double(2), '$list'] }, true],
    [{ $indexOfArray: ['$list', 2] }, 2],
    [{ $reverseArray: '$list' }, [2, 1, 3]],
    [{ $range: [0, 10, 3] }, [0, 3, 6, 9]],
    [{ $sortArray: { input: '$list', sortBy: -1 } }, [3, 2, 1]],
    [{ $map: { input: '$list', as: 'i', in: { $add: ['$$i', '$n'] } } }, [8, 6, 7]],
    [{ $filter: { input: '$list', cond: { $gte: ['$$this', 2] }, limit: 1 } }, [3]],
    [{ $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [
      { $zip: { inputs: [[1, 2], ['a']], useLongestLength: true, defaults: [0, '-'] } },
      [
        [1, 'a'],
        [2, '-'],
      ],
    ],
    [
      {
        $setUnion: [
          [1, 2],
          [2, 3],
        ],
      },
      [1, 2, 3],
    ],
    [
      {
        $setIntersection: [
          [1, 2],
          [2, 3],
        ],
      },
      [2],
    ],
    [{ $setDifference: [[1, 2], [2]] }, [1]],
    [{ $setIsSubset: [[1], [1, 2]] }, true],
    [
      {
        $setEquals: [
          [1, 2, 2],
          [2, 1],
        ],
      },
      true,
    ],
    [{ $anyElementTrue: [[0, null, 1]] }, true],
    [{ $mergeObjects: [{ a: 1 }, null, { b: '$n' }] }, { a: 1, b: 5 }],
    [{ $objectToArray: '$nested' }, [{ k: 'x', v: { y: 1 } }]],
    [
      {
        $arrayToObject: [
          [
            ['a', 1],
            ['b', 2],
          ],
        ],
      },
      { a: 1, b: 2 },
    ],
    [{ $setField: { field: 'a.b', input: {}, value: 1 } }, { 'a.b': 1 }],
    [{ $getField: { field: 'y', input: '$nested.x' } }, 1],
    [{ $getField: 'n' }, 5],
    [{ $cond: [{ $gt: ['$n', 3] }, 'big', 'small'] }, 'big'],
    // oxlint-disable-next-line unicorn/no-thenable -- the operator's own word
    [{ $cond: { if: '$nothing', then: 1, else: 2 } }, 2],
    [{ $ifNull: ['$nope', '$nothing', 'fallback'] }, 'fallback'],
    // oxlint-disable-next-line unicorn/no-thenable -- the operator's own word
    [{ $switch: { branches: [{ case: { $eq: ['$n', 1] }, then: 'one' }], default: 'other' } }, 'other'],
    [{ $let: { vars: { a: 2, b: '$n' }, in: { $multiply: ['$$a', '$$b'] } } }, 10],
    [{ $and: ['$n', { $not: ['$nothing'] }] }, true],
    [{ $or: ['$nope', 0] }, false],
    [{ $cmp: ['$nope', null] }, -1],
    [{ $eq: ['$nothing', '$nope'] }, false],
    [{ $gt: ['a', 5] }, true],
    [{ $type: '$nope' }, 'missing'],
    [{ $type: new Double(1) }, 'double'],
    [{ $isNumber: Long.ONE }, true],
    [{ $convert: { input: 'x', to: 'int', onError: -1 } }, -1],
    [{ $convert: { input: null, to: 'int', onNull: 0 } }, 0],
    [{ $max: [1, 'a', null] }, 'a'],
    [{ $min: '$list' }, 1],
    [{ $toDate: '2026-01-01' }, { $date: '2026-01-01T00:00:00Z' }],
    [{ $toDate: new ObjectId('000000010000000000000000') }, { $date: '1970-01-01T00:00:01Z' }],
    [{ $tsSecond: new Timestamp({ t: 9, i: 1 }) }, 9],
  ])('%j', (expression, expected) => {
    expect(value(expression)).toEqual(expected)
  })

  it.each([
    [{ $year: '$d' }, 2026],
    [{ $hour: { date: '$d', timezone: 'Europe/Berlin' } }, 3],
    [{ $hour: { date: '$d', timezone: '+0530' } }, 7],
    [{ $dayOfWeek: '$d' }, 1],
    [{ $isoDayOfWeek: '$d' }, 7],
    [{ $isoWeek: '$d' }, 13],
    [{ $week: '$d' }, 13],
    [{ $dayOfYear: '$d' }, 88],
    [{ $dateToString: { date: '$d' } }, '2026-03-29T01:30:15.123Z'],
    [
      { $dateToString: { date: '$d', format: '%d.%m.%Y %H:%M %z', timezone: 'Europe/Berlin' } },
      '29.03.2026 03:30 +0200',
    ],
    [{ $dateToString: { date: '$nothing', onNull: '-' } }, '-'],
    [
      { $dateTrunc: { date: '$d', unit: 'day', timezone: 'Europe/Berlin' } },
      { $date: '2026-03-28T23:00:00Z' },
    ],
    [{ $dateTrunc: { date: '$d', unit: 'week', startOfWeek: 'monday' } }, { $date: '2026-03-23T00:00:00Z' }],
    [{ $dateTrunc: { date: '$d', unit: 'week' } }, { $date: '2026-03-29T00:00:00Z' }],
    [{ $dateTrunc: { date: '$d', unit: 'minute', binSize: 15 } }, { $date: '2026-03-29T01:30:00Z' }],
    [{ $dateTrunc: { date: '$d', unit: 'hour', timezone: '+0530' } }, { $date: '2026-03-29T01:30:00Z' }],
    [{ $dateTrunc: { date: '$d', unit: 'quarter' } }, { $date: '2026-01-01T00:00:00Z' }],
    [{ $dateAdd: { startDate: '$d', unit: 'month', amount: -1 } }, { $date: '2026-02-28T01:30:15.123Z' }],
    [{ $dateSubtract: { startDate: '$d', unit: 'hour', amount: 2 } }, { $date: '2026-03-28T23:30:15.123Z' }],
    [
      { $toInt: { $dateDiff: { startDate: new Date('2025-12-31T23:59:00Z'), endDate: '$d', unit: 'year' } } },
      1,
    ],
    [
      { $toInt: { $dateDiff: { startDate: new Date('2026-03-27T23:59:00Z'), endDate: '$d', unit: 'day' } } },
      2,
    ],
    [
      { $dateFromParts: { year: 2026, month: 14, day: 1, timezone: '+01:00' } },
      { $date: '2027-01-31T23:00:00Z' },
    ],
    [
      { $dateToParts: { date: '$d', iso8601: true } },
      { isoWeekYear: 2026, isoWeek: 13, isoDayOfWeek: 7, hour: 1, minute: 30, second: 15, millisecond: 123 },
    ],
    [
      { $dateFromString: { dateString: '2026-03-29 03:30', timezone: 'Europe/Berlin' } },
      { $date: '2026-03-29T01:30:00Z' },
    ],
    [
      { $dateFromString: { dateString: '29/03/2026', format: '%d/%m/%Y' } },
      { $date: '2026-03-29T00:00:00Z' },
    ],
    [{ $dateFromString: { dateString: 'soon', onError: 'never' } }, 'never'],
  ])('tell the time: %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected)
  })

  it.each([
    [{ $foo: 1 }, "Unrecognized expression '$foo'"],
    [{ $function: { body: 'f', args: [], lang: 'js' } }, '$function is not served'],
    ['$$nope', 'undefined variable: nope'],
    [{ $add: 1, $subtract: 2 }, 'exactly one field'],
    [{ $subtract: [1] }, 'takes exactly 2 arguments'],
    [{ $map: { input: [], as: 'Upper', in: 1 } }, 'invalid character'],
    [{ $filter: { input: [], where: 1 } }, 'Unrecognized parameter to $filter: where'],
  ])('%j is refused before any document is looked at', (expression, words) => {
    expect(() => compileExpression(stored({ expression })['expression'] ?? null)).toThrow(words)
  })

  it.each([
    [{ $divide: [1, 0] }, 'by zero'],
    [{ $add: ['$s', 1] }, 'numeric'],
    [{ $size: '$n' }, 'must be an array'],
    [{ $toInt: 'x' }, 'Failed to parse number'],
    [{ $toDouble: ' 1.5' }, 'Failed to parse number'],
    [{ $toInt: '1.5' }, 'Failed to parse number'],
    [{ $toInt: 3000000000 }, 'overflow'],
    [{ $year: { date: '$d', timezone: 'Nowhere/City' } }, 'unrecognized time zone'],
    [{ $range: [0, 1e9] }, 'smaller range'],
    [{ $toDate: 'next Tuesday' }, 'Error parsing date string'],
    [{ $add: ['$d', 1e300] }, 'beyond what a date can hold'],
  ])('%j fails with words, not with a wrong value', (expression, words) => {
    expect(() => value(expression)).toThrow(words)
  })
})

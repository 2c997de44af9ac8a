import { BSONSymbol, Code, Decimal128, Double, Long, ObjectId } from 'bson'
import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { fieldName } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { compileFilter } from './match.ts'
import { shown, stored, typed } from './testing/docs.ts'
import { compileUpdate } from './update.ts'
import type { Update, UpdateOptions } from './update.ts'

const now = new Date('2026-01-02T03:04:05.006Z')

function compiled(update: Document | Document[], options: UpdateOptions = {}): Update {
  const argument: Value = stored({ update })['update'] ?? null
  return compileUpdate(argument, { now, ...options })
}

interface Case {
  readonly filter?: Document
  readonly arrayFilters?: readonly Document[]
}

/** The document after an update, as the client would read it. */
function updated(doc: Document, update: Document | Document[], { filter, arrayFilters }: Case = {}): unknown {
  const before = stored(doc)
  const trace = { position: -1 }
  if (filter) compileFilter(stored(filter))(before, trace)
  const result = compiled(update, { arrayFilters: arrayFilters?.map(stored) })(before, trace.position)
  // Nothing an update does may show in the document it started from.
  expect(typed(before)).toEqual(typed(stored(doc)))
  return shown(result)
}

function isUnchanged(doc: Document, update: Document | Document[]): boolean {
  const before = stored(doc)
  return compiled(update)(before) === before
}

function refusal(code: number, words: string): Error {
  return expect.objectContaining({ code, message: expect.stringContaining(words) })
}

describe('$set', () => {
  it('makes the documents on the way, and new fields in the order of their names', () => {
    expect(updated({ _id: 1, z: 0 }, { $set: { 'b.c.d': 1, z: 2, a: 3, 'b.a': 4 } })).toEqual({
      _id: 1,
      z: 2,
      a: 3,
      b: { a: 4, c: { d: 1 } },
    })
    const result = compiled({ $set: { 'b.c': 1, a: 3, 10: 1, 9: 1 } })(stored({ _id: 1, z: 0 }))
    expect(Object.keys(result).map(fieldName)).toEqual(['_id', 'z', '9', '10', 'a', 'b'])
  })

  it('reaches array elements by number and pads with null', () => {
    expect(updated({ a: [1, 2] }, { $set: { 'a.1': 9, 'a.4': 5 } })).toEqual({ a: [1, 9, null, null, 5] })
    expect(updated({ a: [{ b: 1 }] }, { $set: { 'a.0.b': 2, 'a.0.c': 3 } })).toEqual({ a: [{ b: 2, c: 3 }] })
  })

  it('changes nothing when the value is there already, down to its type', () => {
    expect(isUnchanged({ a: 1, b: { c: [1] } }, { $set: { a: 1, b: { c: [1] } } })).toBe(true)
    expect(isUnchanged({ a: 1 }, { $set: { a: new Double(1) } })).toBe(false)
    expect(isUnchanged({ a: { x: 1, y: 2 } }, { $set: { a: { y: 2, x: 1 } } })).toBe(false)
  })

  it('keeps every type it is given', () => {
    const values = {
      d: new Double(7),
      l: Long.fromNumber(7),
      s: new BSONSymbol('s'),
      c: new Code('f()', { a: 1 }),
      m: Decimal128.fromString('1.10'),
    }
    const result = compiled({ $set: values })(stored({}))
    expect(typed(result)).toEqual(
      typed(stored({ c: values.c, d: values.d, l: values.l, m: values.m, s: values.s })),
    )
  })

  it('refuses to go through what is no document', () => {
    const comments = { comments: [{ body: 'a' }] }
    expect(() => updated(comments, { $set: { 'comments.body': 'b' } })).toThrow(
      refusal(28, "Cannot create field 'body' in element {comments: ["),
    )
    expect(() => updated({ a: 1 }, { $set: { 'a.b': 1 } })).toThrow(
      refusal(28, "Cannot create field 'b' in element {a: 1}"),
    )
    expect(() => updated({ a: null }, { $set: { 'a.b': 1 } })).toThrow(refusal(28, 'null'))
  })

  it('treats __proto__ as a field', () => {
    const update = JSON.parse('{ "$set": { "__proto__.polluted": 1, "constructor.prototype.polluted": 1 } }')
    const result = compiled(update)(stored({ _id: 1 }))
    expect(Object.keys(result)).toEqual(['_id', '__proto__', 'constructor'])
    expect('polluted' in {}).toBe(false)
  })
})

describe('the positional $', () => {
  it('is found once and serves several fields', () => {
    const doc = {
      c: [
        { id: 1, name: 'a' },
        { id: 2, name: 'b' },
      ],
    }
    const update = { $set: { 'c.$.name': 'new', 'c.$.updatedAt': now } }
    expect(updated(doc, update, { filter: { 'c.id': 2 } })).toEqual({
      c: [
        { id: 1, name: 'a' },
        { id: 2, name: 'new', updatedAt: { $date: now.toISOString() } },
      ],
    })
  })

  it('says so when the filter matched no array element', () => {
    expect(() => updated({ a: [1] }, { $set: { 'a.$': 2 } }, { filter: {} })).toThrow(
      refusal(2, 'The positional operator did not find the match needed'),
    )
  })

  it('updates all elements, or those an array filter picks', () => {
    expect(updated({ a: [1, 2, 3] }, { $inc: { 'a.$[]': 10 } })).toEqual({ a: [11, 12, 13] })
    expect(
      updated(
        {
          a: [
            { n: 1, b: [{ x: 1 }, { x: 5 }] },
            { n: 2, b: [{ x: 5 }] },
          ],
        },
        { $set: { 'a.$[i].b.$[j].y': 1 } },
        { arrayFilters: [{ 'i.n': 1 }, { 'j.x': { $gt: 2 } }] },
      ),
    ).toEqual({
      a: [
        { n: 1, b: [{ x: 1 }, { x: 5, y: 1 }] },
        { n: 2, b: [{ x: 5 }] },
      ],
    })
    expect(
      updated(
        { a: [1, 5] },
        { $unset: { 'a.$[big]': 1 } },
        { arrayFilters: [{ $or: [{ big: { $gt: 4 } }, { big: 9 }] }] },
      ),
    ).toEqual({ a: [1, null] })
  })

  it('refuses array filters that are unused, missing or malformed', () => {
    const doc = { a: [1] }
    expect(() => updated(doc, { $set: { x: 1 } }, { arrayFilters: [{ i: 1 }] })).toThrow(
      refusal(9, "'i' was not used"),
    )
    expect(() => updated(doc, { $set: { 'a.$[i]': 1 } })).toThrow(
      refusal(2, "No array filter found for identifier 'i' in path 'a.$[i]'"),
    )
    expect(() => updated(doc, { $set: { 'a.$[i]': 1 } }, { arrayFilters: [{ i: 1 }, { i: 2 }] })).toThrow(
      refusal(9, 'multiple array filters'),
    )
    expect(() => updated(doc, { $set: { 'a.$[i]': 1 } }, { arrayFilters: [{ i: 1, j: 2 }] })).toThrow(
      refusal(9, "found 'i' and 'j'"),
    )
    expect(() => updated(doc, { a: 1 }, { arrayFilters: [{ i: 1 }] })).toThrow(
      refusal(9, 'replacement-style'),
    )
    expect(() => updated({ a: 1 }, { $set: { 'a.$[]': 1 } })).toThrow(
      refusal(2, 'Cannot apply array updates to non-array element {a: 1}'),
    )
    expect(() => updated({}, { $set: { 'a.$[]': 1 } })).toThrow(refusal(2, "The path 'a' must exist"))
  })

  it('refuses two operators that meet in one element', () => {
    expect(() => updated({ a: [{ b: 1 }] }, { $set: { 'a.$[].b': 1, 'a.0.b': 2 } })).toThrow(
      refusal(40, "conflict at 'a.0.b'"),
    )
    expect(updated({ a: [{ b: 1 }] }, { $set: { 'a.$[].b': 1, 'a.0.c': 2 } })).toEqual({
      a: [{ b: 1, c: 2 }],
    })
  })
})

describe('numbers', () => {
  it('grow from int32 to int64 and stay doubles', () => {
    const change = (a: unknown, by: unknown): unknown => typed(compiled({ $inc: { a: by } })(stored({ a })))
    expect(change(2147483647, 1)).toEqual({ a: { $numberLong: '2147483648' } })
    expect(change(-2147483648, -1)).toEqual({ a: { $numberLong: '-2147483649' } })
    expect(change(new Double(7), 1)).toEqual({ a: { $numberDouble: '8.0' } })
    expect(change(1, 0.5)).toEqual({ a: { $numberDouble: '1.5' } })
    expect(change(Long.fromNumber(1), 1)).toEqual({ a: { $numberLong: '2' } })
    expect(change(Decimal128.fromString('1.1'), 1)).toEqual({ a: { $numberDecimal: '2.1' } })
    expect(() => change(Long.MAX_VALUE, 1)).toThrow(refusal(2, 'Failed to apply $inc'))
  })

  it('start from nothing: $inc with its argument, $mul with zero of its type', () => {
    expect(typed(compiled({ $inc: { a: 5 }, $mul: { b: Long.fromNumber(3), c: 2.5 } })(stored({})))).toEqual({
      a: { $numberInt: '5' },
      b: { $numberLong: '0' },
      c: { $numberDouble: '0.0' },
    })
  })

  it('are all that $inc takes', () => {
    expect(() => updated({ _id: 1, a: 'x' }, { $inc: { a: 1 } })).toThrow(
      refusal(14, "{_id: 1} has the field 'a' of non-numeric type string"),
    )
    expect(() => updated({ a: 1 }, { $inc: { a: 'x' } })).toThrow(
      refusal(14, 'Cannot increment with non-numeric argument: {a: "x"}'),
    )
  })

  it('$min and $max compare across types', () => {
    expect(updated({ a: 5, b: 5, c: 'x' }, { $min: { a: 3, b: 7, d: 1 }, $max: { c: 9 } })).toEqual({
      a: 3,
      b: 5,
      c: 'x',
      d: 1,
    })
  })

  it('$bit combines integers', () => {
    expect(updated({ a: 13, b: 3 }, { $bit: { a: { and: 10 }, b: { or: 4 }, c: { xor: 5 } } })).toEqual({
      a: 8,
      b: 7,
      c: 5,
    })
    expect(() => updated({ a: 1.5 }, { $bit: { a: { and: 1 } } })).toThrow(refusal(2, 'Cannot apply $bit'))
  })
})

describe('fields', () => {
  it('$unset removes, in arrays leaves null, and ignores what is not there', () => {
    expect(
      updated({ a: 1, b: { c: 1, d: 2 }, e: [1, 2] }, { $unset: { a: '', 'b.c': '', 'e.0': '' } }),
    ).toEqual({ b: { d: 2 }, e: [null, 2] })
    expect(isUnchanged({ a: 1 }, { $unset: { b: '', 'a.x': '', 'c.d.e': '' } })).toBe(true)
  })

  it('$rename moves, also to a field called __proto__', () => {
    expect(updated({ a: 1, b: { c: 2 } }, { $rename: { a: 'b.x', 'b.c': 'd' } })).toEqual({
      b: { x: 1 },
      d: 2,
    })
    expect(isUnchanged({ a: 1 }, { $rename: { x: 'y.z' } })).toBe(true)
    expect(Object.keys(compiled({ $rename: { a: '__proto__' } })(stored({ a: { polluted: 1 } })))).toEqual([
      '__proto__',
    ])
    expect('polluted' in {}).toBe(false)
    expect(() => updated({ a: [{ b: 1 }] }, { $rename: { 'a.0.b': 'c' } })).toThrow(
      refusal(2, 'cannot be an array element'),
    )
    expect(() => updated({}, { $rename: { a: 'a' } })).toThrow(refusal(2, 'must differ'))
    expect(() => updated({}, { $rename: { a: 'a.b' } })).toThrow(refusal(2, 'on the same path'))
  })

  it('$currentDate takes the clock', () => {
    expect(updated({}, { $currentDate: { a: true, b: { $type: 'date' } } })).toEqual({
      a: { $date: now.toISOString() },
      b: { $date: now.toISOString() },
    })
  })
})

describe('arrays', () => {
  it('$push appends, at a place, sorted, and cut', () => {
    expect(updated({ a: [1] }, { $push: { a: 2, b: 3 } })).toEqual({ a: [1, 2], b: [3] })
    expect(updated({ a: [1, 4] }, { $push: { a: { $each: [2, 3], $position: 1 } } })).toEqual({
      a: [1, 2, 3, 4],
    })
    expect(updated({ a: [1, 4] }, { $push: { a: { $each: [2, 3], $position: -1 } } })).toEqual({
      a: [1, 2, 3, 4],
    })
    expect(updated({ a: [3, 1] }, { $push: { a: { $slice: -2, $sort: 1, $each: [2] } } })).toEqual({
      a: [2, 3],
    })
    expect(
      updated(
        { a: [{ n: 1 }] },
        { $push: { a: { $each: [{ n: 3 }, { n: 2 }], $sort: { n: -1 }, $slice: 2 } } },
      ),
    ).toEqual({ a: [{ n: 3 }, { n: 2 }] })
    expect(updated({ a: [1, 2] }, { $push: { a: { $each: [], $slice: 1 } } })).toEqual({ a: [1] })
    expect(updated({ a: [] }, { $push: { a: [1, 2] } })).toEqual({ a: [[1, 2]] })
  })

  it('$push refuses what is no array and clauses it does not know', () => {
    expect(() => updated({ _id: 1, a: 1 }, { $push: { a: 1 } })).toThrow(
      refusal(2, "The field 'a' must be an array but is of type int in document {_id: 1}"),
    )
    expect(() => updated({}, { $push: { a: { $each: [], $x: 1 } } })).toThrow(
      refusal(2, 'Unrecognized clause in $push: $x'),
    )
    expect(() => updated({}, { $push: { a: { $each: 1 } } })).toThrow(refusal(2, '$each'))
  })

  it('$addToSet adds what equals no element', () => {
    expect(
      updated({ a: [1, { x: 1 }] }, { $addToSet: { a: { $each: [new Double(1), { x: 1 }, 2, 2] }, b: 1 } }),
    ).toEqual({ a: [1, { x: 1 }, 2], b: [1] })
    expect(isUnchanged({ a: [1] }, { $addToSet: { a: 1 } })).toBe(true)
  })

  it('$pop takes from either end', () => {
    expect(updated({ a: [1, 2, 3], b: [1, 2, 3] }, { $pop: { a: 1, b: -1, c: 1 } })).toEqual({
      a: [1, 2],
      b: [2, 3],
    })
    expect(() => updated({ a: 1 }, { $pop: { a: 1 } })).toThrow(refusal(14, "non-array type 'int'"))
    expect(() => updated({}, { $pop: { a: 2 } })).toThrow(refusal(9, '$pop expects 1 or -1'))
  })

  it('$pull removes by value, condition, query, and expression', () => {
    expect(updated({ a: [1, 2, 3, 2] }, { $pull: { a: 2 } })).toEqual({ a: [1, 3] })
    expect(updated({ a: [1, 5, 9] }, { $pull: { a: { $gte: 4, $lt: 8 } } })).toEqual({ a: [1, 9] })
    expect(updated({ a: ['ab', 'b'] }, { $pull: { a: /^a/ } })).toEqual({ a: ['b'] })
    expect(
      updated({ a: [{ n: 1, m: 1 }, { n: 1, m: 2 }, 5] }, { $pull: { a: { n: 1, m: { $gt: 1 } } } }),
    ).toEqual({ a: [{ n: 1, m: 1 }, 5] })
    expect(
      updated({ m: [{ t: 1 }, { t: 2 }, { t: 3 }] }, { $pull: { m: { $or: [{ t: 1 }, { t: 3 }] } } }),
    ).toEqual({ m: [{ t: 2 }] })
    expect(updated({ a: [1, 2, 3] }, { $pull: { a: { $in: [1, 3] } }, $pullAll: { b: [1] } })).toEqual({
      a: [2],
    })
    expect(updated({ b: [1, 2, 1] }, { $pullAll: { b: [1] } })).toEqual({ b: [2] })
  })

  it('$pull refuses what is no array', () => {
    expect(() => updated({ a: 'text' }, { $pull: { a: 't' } })).toThrow(
      refusal(2, 'Cannot apply $pull to a non-array value'),
    )
  })
})

describe('replacement', () => {
  it('keeps the id in front and drops the rest', () => {
    expect(updated({ _id: 1, a: 1 }, { b: 2 })).toEqual({ _id: 1, b: 2 })
    expect(isUnchanged({ _id: 1, a: 1 }, { a: 1 })).toBe(true)
    expect(() => updated({ _id: 1 }, { _id: 2, a: 1 })).toThrow(refusal(66, "(immutable) field '_id'"))
    expect(() => updated({ _id: 1 }, { a: 1, $set: { b: 1 } })).toThrow(refusal(52, "'$set'"))
  })
})

describe('pipelines', () => {
  it('compute from the document and the variables of the command', () => {
    const update = [{ $set: { total: { $add: ['$a', '$$fee'] }, 'n.x': 1 } }, { $unset: 'a' }]
    const result = compiled(update, { let: stored({ fee: 2 }) })(stored({ _id: 1, a: 3, n: { y: 2 } }))
    expect(shown(result)).toEqual({ _id: 1, n: { y: 2, x: 1 }, total: 5 })
  })

  it('keep the id, whatever they replace', () => {
    expect(updated({ _id: 1, a: { b: 1 } }, [{ $replaceWith: '$a' }])).toEqual({ _id: 1, b: 1 })
    expect(() => updated({ _id: 1 }, [{ $set: { _id: 2 } }])).toThrow(refusal(66, '_id'))
    expect(() => updated({ _id: 1 }, [{ $match: {} }])).toThrow(refusal(72, '$match is not allowed'))
    expect(() => updated({ _id: 1 }, [{ $foo: {} }])).toThrow(
      refusal(40324, "Unrecognized pipeline stage name: '$foo'"),
    )
  })
})

describe('what is refused before a document is looked at', () => {
  it.each([
    [{ $set: { a: 1 }, $inc: { a: 1 } }, 40, "Updating the path 'a' would create a conflict at 'a'"],
    [{ $set: { a: 1, 'a.b': 1 } }, 40, "conflict at 'a'"],
    [{ $rename: { a: 'b' }, $set: { b: 1 } }, 40, "conflict at 'b'"],
    [{ $pushAll: { a: [1] } }, 9, 'Unknown modifier: $pushAll'],
    [{ $set: { a: 1 }, b: 1 }, 9, 'Unknown modifier: b'],
    [{ $set: 5 }, 9, 'Modifiers operate on fields but we found type int instead'],
    [{ $set: { '': 1 } }, 56, 'empty'],
    [{ $set: { 'a..b': 1 } }, 56, 'empty field name'],
    [{ $set: { 'a.$.b.$': 1 } }, 2, 'Too many positional'],
    [{ $set: { $: 1 } }, 2, 'first position'],
  ])('%j', (update, code, words) => {
    expect(() => compiled(update)).toThrow(refusal(code, words))
  })
})

describe('fields that begin with a dollar', () => {
  it('may lie inside of documents, at the top only in what an upsert inserts', () => {
    expect(updated({ _id: 1, a: { $each: 1 } }, { $set: { 'a.$each': 2 } })).toEqual({
      _id: 1,
      a: { $each: 2 },
    })
    expect(() => updated({ _id: 1 }, { $set: { $a: 1 } })).toThrow(
      refusal(52, "The dollar ($) prefixed field '$a'"),
    )
    expect(shown(compiled({ $set: { $a: 1 } }).insert(stored({ _id: 1 })))).toEqual({ _id: 1, $a: 1 })
  })
})

describe('the id', () => {
  it('cannot be changed, but may be set to itself', () => {
    expect(isUnchanged({ _id: 1 }, { $set: { _id: 1 } })).toBe(true)
    expect(() => updated({ _id: 1 }, { $set: { _id: 2 } })).toThrow(
      refusal(66, "would modify the immutable field '_id'"),
    )
    expect(() => updated({ _id: 1 }, { $unset: { _id: 1 } })).toThrow(refusal(66, '_id'))
    expect(() => updated({ _id: { a: 1 } }, { $set: { '_id.a': 2 } })).toThrow(refusal(66, '_id'))
  })
})

describe('upserts', () => {
  const inserted = (filter: Document, update: Document | Document[]): unknown =>
    shown(compiled(update).insert(stored(filter)))

  it('start from the equalities of the filter and apply $setOnInsert', () => {
    expect(
      inserted(
        { _id: 7, 'a.b': 1, c: { $eq: 2 }, d: { $in: [3] }, e: { $gt: 1 }, f: /x/, $and: [{ g: 4 }] },
        { $set: { u: 1 }, $setOnInsert: { v: 2 } },
      ),
    ).toEqual({
      _id: 7,
      a: { b: 1 },
      c: 2,
      d: 3,
      g: 4,
      u: 1,
      v: 2,
    })
    expect(updated({ _id: 1 }, { $set: { u: 1 }, $setOnInsert: { v: 2 } })).toEqual({ _id: 1, u: 1 })
  })

  it('make an id, in front, when none is given', () => {
    const doc = compiled({ $set: { a: 1 } }).insert(stored({ b: 2 }))
    expect(Object.keys(doc)).toEqual(['_id', 'b', 'a'])
    expect(typed(doc)).toMatchObject({ _id: { $oid: expect.stringMatching(/^[0-9a-f]{24}$/) } })
    const id = new ObjectId()
    expect(inserted({ x: 1 }, { $set: { _id: id } })).toEqual({ _id: { $oid: id.toHexString() }, x: 1 })
  })

  it('of a replacement or a pipeline take the id of the filter', () => {
    expect(inserted({ _id: 1, a: 2 }, { b: 3 })).toEqual({ _id: 1, b: 3 })
    expect(inserted({ _id: 1, a: 2 }, [{ $set: { b: '$a' } }])).toEqual({ _id: 1, a: 2, b: 2 })
  })

  it('refuse a filter that wants one field to be two things, and bad ids', () => {
    expect(() => inserted({ $and: [{ a: 1 }, { a: 2 }] }, { $set: { b: 1 } })).toThrow(
      refusal(54, "path 'a' is matched twice"),
    )
    expect(() => inserted({ a: 1 }, { $set: { _id: { $x: 1 } } })).toThrow(refusal(52, '_id'))
    expect(() => inserted({ a: 1 }, { $set: { _id: [1] } })).toThrow(refusal(53, 'array'))
    expect(() => inserted({ _id: 1 }, { $set: { _id: 2 } })).toThrow(refusal(66, '_id'))
  })
})

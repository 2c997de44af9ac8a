import { BSONRegExp, Binary, Code, DBRef, Decimal128, Double, Long, MaxKey, MinKey, ObjectId } from 'bson'
import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { compileFilter } from './match.ts'
import { stored } from './testing/docs.ts'

function matches(doc: Document, filter: Document): boolean {
  return compileFilter(stored(filter))(stored(doc))
}

function position(doc: Document, filter: Document): number {
  const trace = { position: -1 }
  compileFilter(stored(filter))(stored(doc), trace)
  return trace.position
}

/** Which of the documents a filter finds, by their numbers. */
function found(docs: readonly Document[], filter: Document): number[] {
  const test = compileFilter(stored(filter))
  return docs.flatMap((doc, index) => (test(stored(doc)) ? [index] : []))
}

describe('equality', () => {
  it('finds numbers of every type by value', () => {
    const docs = [
      { a: 1 },
      { a: new Double(1) },
      { a: Long.ONE },
      { a: Decimal128.fromString('1.0') },
      { a: '1' },
    ]
    expect(found(docs, { a: 1 })).toEqual([0, 1, 2, 3])
    expect(found(docs, { a: Long.ONE })).toEqual([0, 1, 2, 3])
    expect(found(docs, { a: { $in: [new Double(1)] } })).toEqual([0, 1, 2, 3])
  })

  it('finds each of many values by $in, in whatever order they are given, and nothing beside them', () => {
    const ids = Array.from({ length: 9 }, (_, at) => new ObjectId(`${(at * 7) % 9}`.repeat(24)))
    const texts = ['m', 'ma', '', 'é', 'Z', 'b\u0000', '\u{1f600}', '\uffff', 'a']
    const wanted = ids.flatMap((id, at) => [id, texts[at]])
    const others = ['mb', 'A', 'b', '\u{1f601}', 'zz', new ObjectId('a'.repeat(24)), 1, null]
    for (const list of [wanted, wanted.toReversed(), texts, ids]) {
      const docs = [...list, ...others].map((a) => ({ a }))
      expect(found(docs, { a: { $in: list } })).toEqual([...list.keys()])
    }
  })

  it('looks into arrays, and at arrays as a whole', () => {
    const docs = [{ a: [1, 2] }, { a: [[1, 2]] }, { a: 1 }, { a: [2] }]
    expect(found(docs, { a: 1 })).toEqual([0, 2])
    expect(found(docs, { a: [1, 2] })).toEqual([0, 1])
    expect(found(docs, { a: { $ne: 1 } })).toEqual([1, 3])
  })

  it('finds missing fields by null, but not where an array leads nowhere', () => {
    const docs = [
      {},
      { a: null },
      { a: {} },
      { a: 1 },
      { a: { b: null } },
      { a: [] },
      { a: [1] },
      { a: [{}] },
      { a: [{ b: 1 }] },
    ]
    expect(found(docs, { a: null })).toEqual([0, 1])
    expect(found(docs, { 'a.b': null })).toEqual([0, 1, 2, 3, 4, 7])
    expect(found(docs, { 'a.b': { $exists: false } })).toEqual([0, 1, 2, 3, 5, 6, 7])
    expect(found(docs, { a: { $lte: null } })).toEqual([0, 1])
    expect(found(docs, { a: { $gt: null } })).toEqual([])
    expect(found(docs, { 'a.b': { $in: [null, 1] } })).toEqual([0, 1, 2, 3, 4, 7, 8])
  })

  it('compares embedded documents field by field, in order', () => {
    const docs = [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }, { a: { b: new Double(1), c: 2 } }]
    expect(found(docs, { a: { b: 1, c: 2 } })).toEqual([0, 2])
  })

  it('finds pointers to documents, which begin with a dollar without being operators', () => {
    const id = new ObjectId()
    const ref = new DBRef('users', id)
    const docs = [{ r: ref, list: [ref] }]
    expect(found(docs, { r: ref })).toEqual([0])
    expect(found(docs, { 'r.$id': id })).toEqual([0])
    expect(found(docs, { list: { $elemMatch: { $id: id } } })).toEqual([0])
    expect(found(docs, { list: { $elemMatch: { $id: new ObjectId() } } })).toEqual([])
  })

  it('finds a field called __proto__ and none that objects inherit', () => {
    const doc = JSON.parse('{ "__proto__": { "a": 1 } }')
    expect(matches(doc, JSON.parse('{ "__proto__.a": 1 }'))).toBe(true)
    expect(matches({}, { constructor: { $exists: true } })).toBe(false)
    expect(matches({}, { 'constructor.name': 'Object' })).toBe(false)
  })
})

describe('paths', () => {
  it('lead through arrays of documents and by number into arrays', () => {
    const docs = [
      { a: [{ b: 1 }, { b: [2, 3] }] },
      { a: { 0: { b: 1 } } },
      { a: [[{ b: 1 }]] },
      { a: [5, 6] },
    ]
    expect(found(docs, { 'a.b': 1 })).toEqual([0])
    expect(found(docs, { 'a.b': 3 })).toEqual([0])
    expect(found(docs, { 'a.0.b': 1 })).toEqual([0, 1])
    expect(found(docs, { 'a.1.b.0': 2 })).toEqual([0])
    expect(found(docs, { 'a.1': 6 })).toEqual([3])
    expect(found(docs, { 'a.0.0.b': 1 })).toEqual([2])
  })
})

describe('ranges', () => {
  it('find only values of the kind they are given', () => {
    const docs = [{ a: 5 }, { a: '5' }, { a: new Date(5) }, { a: null }, {}, { a: true }, { a: NaN }]
    expect(found(docs, { a: { $gte: 1 } })).toEqual([0])
    expect(found(docs, { a: { $lt: 9 } })).toEqual([0])
    expect(found(docs, { a: { $gt: '1' } })).toEqual([1])
    expect(found(docs, { a: { $lte: new Date(5) } })).toEqual([2])
    expect(found(docs, { a: { $gte: NaN } })).toEqual([6])
    expect(found(docs, { a: { $gt: false } })).toEqual([5])
  })

  it('span all kinds between MinKey and MaxKey', () => {
    const docs = [{ a: 1 }, { a: 'x' }, {}, { a: new MinKey() }, { a: new MaxKey() }]
    expect(found(docs, { a: { $gt: new MinKey() } })).toEqual([0, 1, 2, 4])
    expect(found(docs, { a: { $lt: new MaxKey() } })).toEqual([0, 1, 2, 3])
    expect(found(docs, { a: { $gte: new MinKey() } })).toEqual([0, 1, 2, 3, 4])
  })

  it('may be met by different elements of one array', () => {
    expect(matches({ a: [1, 9] }, { a: { $gt: 3, $lt: 5 } })).toBe(true)
    expect(matches({ a: [1, 9] }, { a: { $elemMatch: { $gt: 3, $lt: 5 } } })).toBe(false)
  })
})

describe('logic', () => {
  it('nests: an $and of two $or, and of a range and an $or', () => {
    const docs = [
      { a: 1, b: 1 },
      { a: 2, b: 9 },
      { a: 3, b: 2 },
    ]
    expect(found(docs, { $and: [{ $or: [{ a: 1 }, { a: 2 }] }, { $or: [{ b: 1 }, { b: 2 }] }] })).toEqual([0])
    expect(found(docs, { $and: [{ a: { $gte: 2 } }, { $or: [{ b: 2 }, { a: 1 }] }] })).toEqual([2])
    expect(found(docs, { $nor: [{ a: 1 }, { b: 2 }] })).toEqual([1])
  })

  it('$not finds also documents without the field', () => {
    const docs = [{ a: 1 }, { a: 5 }, {}, { a: 'x' }, { a: [1, 5] }]
    expect(found(docs, { a: { $not: { $gt: 3 } } })).toEqual([0, 2, 3])
    expect(found(docs, { a: { $not: { $gt: 0, $lt: 3 } } })).toEqual([1, 2, 3])
    expect(found(docs, { a: { $not: /x/ } })).toEqual([0, 1, 2, 4])
    expect(found(docs, { a: { $nin: [1, 'x'] } })).toEqual([1, 2])
  })

  it('ignores comments', () => {
    expect(matches({ a: 1 }, { a: 1, $comment: 'from the sweeper' })).toBe(true)
  })
})

describe('array operators', () => {
  it('$elemMatch wants one element that meets everything', () => {
    const docs = [
      {
        r: [
          { p: 'a', s: 1 },
          { p: 'b', s: 9 },
        ],
      },
      { r: [{ p: 'a', s: 9 }] },
      { r: { p: 'a', s: 9 } },
    ]
    expect(found(docs, { r: { $elemMatch: { p: 'a', s: { $gt: 5 } } } })).toEqual([1])
    expect(found(docs, { r: { $elemMatch: { $or: [{ p: 'b' }, { s: 1 }] } } })).toEqual([0])
    expect(found(docs, { r: { $not: { $elemMatch: { p: 'a', s: 9 } } } })).toEqual([0, 2])
    expect(matches({ a: [[1, 2], [3]] }, { a: { $elemMatch: { $elemMatch: { $eq: 3 } } } })).toBe(true)
    expect(matches({ a: [[1, 2]] }, { a: { $elemMatch: { 0: 1 } } })).toBe(true)
    expect(matches({ a: [1, 2] }, { a: { $elemMatch: { $not: { $gt: 1 } } } })).toBe(true)
  })

  it('$all wants every value somewhere, across subdocuments too, and takes regular expressions', () => {
    const [x, y] = [new ObjectId(), new ObjectId()]
    const docs = [{ sub: [{ _id: x }, { _id: y }] }, { sub: [{ _id: x }] }]
    expect(found(docs, { 'sub._id': { $all: [x, y] } })).toEqual([0])
    expect(matches({ t: ['news', 'sport'] }, { t: { $all: [/^ne/, 'sport'] } })).toBe(true)
    expect(matches({ t: 'news' }, { t: { $all: [/^ne/] } })).toBe(true)
    expect(matches({ t: ['news'] }, { t: { $all: [] } })).toBe(false)
    const both = { $all: [{ $elemMatch: { a: 1 } }, { $elemMatch: { b: 2 } }] }
    expect(found([{ r: [{ a: 1 }, { b: 2 }] }, { r: [{ a: 1 }] }], { r: both })).toEqual([0])
  })

  it('$size counts', () => {
    expect(found([{ a: [] }, { a: [1] }, { a: 1 }, {}, { a: [[1]] }], { a: { $size: 1 } })).toEqual([1, 4])
  })
})

describe('types', () => {
  it('are told by name or number, a whole double from an int32', () => {
    const docs = [
      { a: 7 },
      { a: new Double(7) },
      { a: 7.5 },
      { a: Long.fromNumber(7) },
      { a: 'x' },
      { a: [7] },
      {},
      { a: null },
    ]
    expect(found(docs, { a: { $type: 'double' } })).toEqual([1, 2])
    expect(found(docs, { a: { $type: 'int' } })).toEqual([0, 5])
    expect(found(docs, { a: { $type: 'number' } })).toEqual([0, 1, 2, 3, 5])
    expect(found(docs, { a: { $type: ['string', 10] } })).toEqual([4, 7])
    expect(found(docs, { a: { $type: 'array' } })).toEqual([5])
    expect(matches({ a: new ObjectId() }, { a: { $type: 'objectId' } })).toBe(true)
    expect(matches({ a: new Code('f()', { x: 1 }) }, { a: { $type: 'javascriptWithScope' } })).toBe(true)
  })
})

describe('regular expressions', () => {
  it('find strings and an equal stored expression', () => {
    const docs = [{ a: 'Hello' }, { a: ['say', 'hello'] }, { a: new BSONRegExp('^h', 'i') }, { a: 1 }]
    expect(found(docs, { a: /^h/i })).toEqual([0, 1, 2])
    expect(found(docs, { a: { $regex: '^h', $options: 'i' } })).toEqual([0, 1, 2])
    expect(found(docs, { a: { $in: [/^say/, /^H/] } })).toEqual([0, 1])
    expect(found(docs, { a: { $eq: new BSONRegExp('^h', 'i') } })).toEqual([2])
  })

  it('understand what PCRE writes in front and with option x', () => {
    expect(matches({ a: 'ABC' }, { a: { $regex: '(?i)abc' } })).toBe(true)
    expect(matches({ a: 'abc' }, { a: { $regex: 'a b # comment\n c', $options: 'x' } })).toBe(true)
    expect(matches({ a: 'a\nb' }, { a: { $regex: 'a.b', $options: 's' } })).toBe(true)
  })
})

describe('numbers and bits', () => {
  it('$mod cuts fractions off', () => {
    expect(
      found([{ a: 7 }, { a: 7.9 }, { a: Long.fromNumber(10) }, { a: -7 }, { a: 'x' }], {
        a: { $mod: [3, 1] },
      }),
    ).toEqual([0, 1, 2])
  })

  it('$bits… read integers and binary data', () => {
    const docs = [
      { a: 54 },
      { a: Long.fromNumber(54) },
      { a: new Binary(Buffer.from([54])) },
      { a: 54.5 },
      { a: -1 },
    ]
    expect(found(docs, { a: { $bitsAllSet: [1, 5] } })).toEqual([0, 1, 2, 4])
    expect(found(docs, { a: { $bitsAllSet: 50 } })).toEqual([0, 1, 2, 4])
    expect(found(docs, { a: { $bitsAllClear: [0, 3] } })).toEqual([0, 1, 2])
    expect(found(docs, { a: { $bitsAnySet: new Binary(Buffer.from([1])) } })).toEqual([4])
    expect(found(docs, { a: { $bitsAnyClear: [100] } })).toEqual([0, 1, 2])
  })
})

describe('$expr', () => {
  it('compares fields with each other and with variables of the command', () => {
    const filter = compileFilter(stored({ $expr: { $gt: ['$spent', { $add: ['$budget', '$$slack'] }] } }), {
      let: stored({ slack: 5 }),
    })
    expect(filter(stored({ spent: 20, budget: 10 }))).toBe(true)
    expect(filter(stored({ spent: 14, budget: 10 }))).toBe(false)
    expect(() => compileFilter(stored({ $expr: { $eq: ['$a', '$$unknown'] } }))).toThrow(
      'undefined variable: unknown',
    )
  })
})

describe('the position of a match, which the positional $ uses', () => {
  it('is that of the element that matched, of the outermost array', () => {
    expect(position({ a: [1, 5, 9] }, { a: { $gt: 3 } })).toBe(1)
    expect(position({ a: [{ b: 1 }, { b: 2 }] }, { 'a.b': 2 })).toBe(1)
    expect(position({ a: [{ b: [1] }, { b: [5, 2] }] }, { 'a.b': 2 })).toBe(1)
    expect(
      position(
        {
          a: [
            { b: 1, c: 1 },
            { b: 1, c: 2 },
          ],
        },
        { a: { $elemMatch: { b: 1, c: 2 } } },
      ),
    ).toBe(1)
    expect(position({ x: 1, a: [3, 4] }, { $or: [{ x: 2 }, { a: 4 }] })).toBe(1)
    expect(position({ a: 1 }, { a: 1 })).toBe(-1)
  })
})

describe('$jsonSchema', () => {
  it('checks types, names, bounds and what is inside', () => {
    const schema = {
      bsonType: 'object',
      required: ['name'],
      properties: {
        name: { bsonType: 'string', minLength: 2, pattern: '^[A-Z]' },
        age: { bsonType: ['number', 'null'], minimum: 0, exclusiveMaximum: true, maximum: 150 },
        tags: { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true, maxItems: 2 },
        at: { bsonType: 'object', properties: { x: { bsonType: 'int' } }, additionalProperties: false },
      },
      not: { required: ['forbidden'] },
      anyOf: [{ required: ['age'] }, { properties: { name: { enum: ['Anna'] } } }],
    }
    const docs = [
      { name: 'Bert', age: 3, tags: ['a'], at: { x: 1 } },
      { name: 'Anna' },
      { name: 'Bert', age: null },
      { age: 3 },
      { name: 'B', age: 3 },
      { name: 'bert', age: 3 },
      { name: 'Bert' },
      { name: 'Bert', age: 150 },
      { name: 'Bert', age: 3, tags: ['c'] },
      { name: 'Bert', age: 3, tags: ['a', 'a'] },
      { name: 'Bert', age: 3, at: { y: 1 } },
      { name: 'Bert', age: 3, at: { x: 1.5 } },
      { name: 'Bert', age: 3, forbidden: 1 },
    ]
    expect(found(docs, { $jsonSchema: schema })).toEqual([0, 1, 2])
    expect(found(docs, { $jsonSchema: schema, age: 3 })).toEqual([0])
  })
})

describe('what is refused', () => {
  it.each([
    [{ a: { $foo: 1 } }, 2, 'unknown operator: $foo'],
    [{ $foo: 1 }, 2, 'unknown top level operator: $foo'],
    [{ a: { $gt: 1, b: 2 } }, 2, 'unknown operator: b'],
    [{ a: { $in: 1 } }, 2, '$in needs an array'],
    [{ a: { $in: [{ $gt: 1 }] } }, 2, 'cannot nest $ under $in'],
    [{ $or: [] }, 2, 'nonempty array'],
    [{ $and: { a: 1 } }, 2, 'must be an array'],
    [{ a: { $not: {} } }, 2, '$not cannot be empty'],
    [{ a: { $mod: [0, 1] } }, 2, 'divisor cannot be 0'],
    [{ a: { $size: -1 } }, 2, '$size'],
    [{ a: { $type: 'nonsense' } }, 2, 'Unknown type name alias'],
    [{ a: { $regex: '(' } }, 51091, 'Regular expression is invalid'],
    [{ a: { $regex: 'a', $options: 'q' } }, 51108, 'invalid flag'],
    [{ a: { $options: 'i' } }, 2, '$options needs a $regex'],
    [{ a: { $elemMatch: 1 } }, 2, '$elemMatch needs an Object'],
    [{ a: { $ne: /x/ } }, 2, "Can't have regex"],
    [{ $where: 'true' }, 115, '$where'],
    [{ $text: { $search: 'x' } }, 115, '$text'],
    [{ a: { $near: [0, 0] } }, 115, '$near'],
    [{ a: { $elemMatch: { $where: 'x' } } }, 115, '$where'],
    [{ $jsonSchema: { foo: 1 } }, 9, 'Unknown $jsonSchema keyword: foo'],
  ])('%j is refused before any document is looked at', (filter, code, words) => {
    expect(() => compileFilter(stored(filter))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    )
  })
})

import fc from 'fast-check'
import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { decode, decodeFields } from './decode.ts'
import { encode, encodeChanged } from './encode.ts'
import { compareValues, rankOf } from './compare-values.ts'
import { StoreError } from './errors.ts'
import { compileFilter } from './match.ts'
import { compileProjection } from './projection.ts'
import { compileSort } from './sort.ts'
import { stored } from './testing/docs.ts'
import { compileUpdate } from './update.ts'

const scalar = fc.constantFrom<unknown>(
  0,
  1,
  2,
  1.5,
  -1,
  'a',
  'b',
  'ab',
  null,
  true,
  false,
  new Date(5),
  new Date(9),
)
const value = fc.letrec<{ value: unknown; doc: Document }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('doc'),
  ),
  doc: fc.dictionary(fc.constantFrom('a', 'b', 'c', '0'), tie('value'), { maxKeys: 3 }),
}))
const document = value.doc
const path = fc.constantFrom('a', 'b', 'a.b', 'b.a', 'a.0', 'a.b.c', 'b.0.a', 'c.$[]', 'c.$[].a')
const plainPath = path.filter((text) => !text.includes('$'))
const condition = fc.oneof(
  scalar,
  value.value.map((operand) => ({ $eq: operand })),
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$ne'), scalar)
    .map(([operator, operand]) => ({ [operator]: operand })),
  fc
    .tuple(fc.constantFrom('$in', '$nin', '$all'), fc.array(scalar, { maxLength: 3 }))
    .map(([operator, operand]) => ({ [operator]: operand })),
  fc.boolean().map((exists) => ({ $exists: exists })),
  fc.nat(2).map((size) => ({ $size: size })),
)
const filter = fc.tuple(plainPath, condition).map(([key, operand]): Document => ({ [key]: operand }))

function finds(query: Document, doc: Document): boolean {
  return compileFilter(stored(query))(stored(doc))
}

describe('filters', () => {
  it('and their negation split all documents between them', () => {
    fc.assert(
      fc.property(filter, document, (query, doc) => {
        expect(finds({ $nor: [query] }, doc)).toBe(!finds(query, doc))
        expect(finds({ $or: [query, { x: 1 }] }, doc)).toBe(finds(query, doc))
        expect(finds({ $and: [query, {}] }, doc)).toBe(finds(query, doc))
      }),
    )
  })

  it('find the same by $in as by one of several equalities', () => {
    fc.assert(
      fc.property(
        plainPath,
        fc.array(scalar, { minLength: 1, maxLength: 4 }),
        document,
        (key, wanted, doc) => {
          const equalities = wanted.map((item) => ({ [key]: item }))
          expect(finds({ [key]: { $in: wanted } }, doc)).toBe(finds({ $or: equalities }, doc))
          expect(finds({ [key]: { $nin: wanted } }, doc)).toBe(finds({ $nor: equalities }, doc))
          expect(finds({ [key]: { $all: wanted } }, doc)).toBe(finds({ $and: equalities }, doc))
        },
      ),
    )
  })

  it('put ranges where the order of values puts them', () => {
    fc.assert(
      fc.property(scalar, scalar, (left, right) => {
        const [a, b] = [stored({ v: left })['v'], stored({ v: right })['v']]
        const isComparable = rankOf(a) === rankOf(b) && left !== null
        const order = compareValues(a, b)
        expect(finds({ v: { $lt: right } }, { v: left })).toBe(isComparable && order < 0)
        expect(finds({ v: { $gt: right } }, { v: left })).toBe(isComparable && order > 0)
        expect(finds({ v: right }, { v: left })).toBe(rankOf(a) === rankOf(b) && order === 0)
      }),
    )
  })

  it('need no fields besides those they name', () => {
    fc.assert(
      fc.property(filter, document, (query, doc) => {
        const test = compileFilter(stored(query))
        const whole = stored(doc)
        const part = Object.fromEntries(Object.entries(whole).filter(([key]) => test.fields?.has(key)))
        expect(test(Object.assign(stored({}), part))).toBe(test(whole))
      }),
    )
  })
})

describe('sorting', () => {
  it('is total: any order of the input gives the same keys', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 8 }), fc.constantFrom(1, -1), (docs, direction) => {
        const sort = compileSort(stored({ a: direction }))
        const keys = (list: Document[]): unknown[] =>
          sort.sorted(list.map(stored)).map((doc) => sort.keyOf(doc))
        expect(keys(docs)).toEqual(keys(docs.toReversed()))
      }),
    )
  })
})

const operation = fc.oneof(
  fc.tuple(
    fc.constantFrom('$set', '$unset', '$min', '$max', '$push', '$addToSet', '$pull'),
    path,
    value.value,
  ),
  fc.tuple(fc.constantFrom('$inc', '$mul'), path, fc.constantFrom<unknown>(1, 1.5, 2147483647)),
  fc.tuple(fc.constant('$pop'), path, fc.constantFrom<unknown>(1, -1)),
  fc.tuple(
    fc.constant('$push'),
    path,
    fc.constantFrom<unknown>({ $each: [1, 'a'], $position: 0, $sort: 1, $slice: -2 }),
  ),
)

/** The result of an update, or the refusal MongoDB too would give. */
function attempt<Result>(compute: () => Result): Result | StoreError {
  try {
    return compute()
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
}

describe('updates', () => {
  it('never change the document they start from, and say so when nothing changes', () => {
    fc.assert(
      fc.property(operation, document, ([operator, key, operand], doc) => {
        const before = stored(doc)
        const bytes = encode(before)
        const result = attempt(() => compileUpdate(stored({ [operator]: { [key]: operand } }))(before))
        expect(encode(before).equals(bytes)).toBe(true)
        const isSame = result instanceof StoreError || encode(result).equals(bytes)
        expect(result === before || result instanceof StoreError).toBe(isSame)
      }),
    )
  })

  it('to a value are idempotent', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('$set', '$unset', '$min', '$max', '$addToSet', '$pull'),
        path,
        value.value,
        document,
        (operator, key, operand, doc) => {
          const once = attempt(() => {
            const update = compileUpdate(stored({ [operator]: { [key]: operand } }))
            const result = update(stored(doc))
            return { isStable: update(result) === result }
          })
          expect(once).toSatisfy((outcome) => outcome instanceof StoreError || outcome.isStable === true)
        },
      ),
    )
  })

  it('give documents that are stored and read back as they are', () => {
    fc.assert(
      fc.property(operation, document, ([operator, key, operand], doc) => {
        const bytes = attempt(() =>
          encode(compileUpdate(stored({ [operator]: { [key]: operand } }))(stored(doc))),
        )
        expect(bytes instanceof StoreError || encode(decode(bytes)).equals(bytes)).toBe(true)
      }),
    )
  })

  it('come to the same document, or refusal, where nothing but the fields they name is read', () => {
    const rename = fc.tuple(plainPath, plainPath).map(([from, to]): Document => ({ $rename: { [from]: to } }))
    const change = operation.map(([operator, key, operand]): Document => ({ [operator]: { [key]: operand } }))
    fc.assert(
      fc.property(fc.oneof(change, rename), change, document, (one, other, doc) => {
        const bytes = encode(stored({ _id: 1, ...doc }))
        const update = attempt(() => compileUpdate(stored({ ...one, ...other })))
        if (update instanceof StoreError) return
        const whole = attempt(() => encode(update(decode(bytes))))
        const part = attempt(() => {
          const before = decodeFields(bytes, update.fields ?? new Set())
          return encodeChanged(bytes, before, update(before))
        })
        expect(part).toEqual(whole)
      }),
    )
  })

  it('find again what they set', () => {
    fc.assert(
      fc.property(plainPath, scalar, document, (key, operand, doc) => {
        const result = attempt(() => compileUpdate(stored({ $set: { [key]: operand } }))(stored(doc)))
        expect(result instanceof StoreError || compileFilter(stored({ [key]: operand }))(result)).toBe(true)
      }),
    )
  })
})

describe('projections', () => {
  it('by inclusion and by exclusion of a field split a document between them', () => {
    fc.assert(
      fc.property(fc.constantFrom('a', 'b'), document, (key, doc) => {
        const whole = stored(doc)
        const nothing = stored({})
        const included = compileProjection(stored({ [key]: 1 }), nothing)(whole)
        const excluded = compileProjection(stored({ [key]: 0 }), nothing)(whole)
        expect(Object.keys(included).length + Object.keys(excluded).length).toBe(Object.keys(whole).length)
        expect(included[key]).toBe(whole[key])
        expect(excluded[key]).toBeUndefined()
      }),
    )
  })
})

import type { Document } from 'bson'
import { MinKey } from 'bson'
import { describe, expect, it } from 'vitest'
import { compileSort } from './sort.ts'
import { stored } from './testing/docs.ts'

/** The ids of documents numbered by their place, in sorted order. */
function order(docs: readonly Document[], sort: Document): unknown[] {
  const numbered = docs.map((doc, _id) => stored({ _id, ...doc }))
  return compileSort(stored(sort))
    .sorted(numbered)
    .map((doc) => doc['_id'])
}

describe('sorting', () => {
  it('puts kinds of values in MongoDB’s order, missing fields with null', () => {
    const docs = [
      { a: 'x' },
      { a: 1 },
      {},
      { a: new Date(0) },
      { a: { b: 1 } },
      { a: true },
      { a: null },
      { a: new MinKey() },
    ]
    expect(order(docs, { a: 1 })).toEqual([7, 2, 6, 1, 0, 4, 5, 3])
    expect(order(docs, { a: -1 })).toEqual([3, 5, 4, 0, 1, 2, 6, 7])
  })

  it('takes the least element of an array going up and the greatest going down', () => {
    const docs = [{ a: [5, 1] }, { a: 3 }, { a: [2, 9] }]
    expect(order(docs, { a: 1 })).toEqual([0, 2, 1])
    expect(order(docs, { a: -1 })).toEqual([2, 0, 1])
  })

  it('puts an empty array before null', () => {
    expect(order([{ a: null }, { a: [] }, { a: 0 }], { a: 1 })).toEqual([1, 0, 2])
  })

  it('goes through arrays of documents, several fields of one element together', () => {
    const docs = [
      {
        l: [
          { x: 2, y: 1 },
          { x: 1, y: 9 },
        ],
      },
      { l: [{ x: 1, y: 5 }] },
      { l: { x: 1, y: 7 } },
    ]
    expect(order(docs, { 'l.x': 1, 'l.y': 1 })).toEqual([1, 2, 0])
    expect(order(docs, { 'l.x': 1, 'l.y': -1 })).toEqual([0, 2, 1])
    expect(order([{ l: [9, 1] }, { l: [3, 2] }], { 'l.1': 1 })).toEqual([0, 1])
  })

  it('sorts by several fields and keeps equal documents in place', () => {
    const docs = [
      { a: 1, b: 1 },
      { a: 0, b: 1 },
      { a: 1, b: 2 },
      { a: 1, b: 1 },
    ]
    expect(order(docs, { a: -1, b: 1 })).toEqual([0, 3, 2, 1])
  })

  it('refuses two arrays side by side, and directions that are none', () => {
    expect(() => order([{ a: [1], b: [1] }], { a: 1, b: 1 })).toThrow('parallel arrays')
    expect(() => compileSort(stored({ a: 2 }))).toThrow(expect.objectContaining({ code: 15975 }))
    expect(() => compileSort(stored({ a: { $meta: 'textScore' } }))).toThrow('$meta')
  })
})

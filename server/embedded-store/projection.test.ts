import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { compileProjection } from './projection.ts'
import { shown, stored } from './testing/docs.ts'

function projected(doc: Document, projection: Document, filter: Document = {}): unknown {
  return shown(compileProjection(stored(projection), stored(filter))(stored(doc)))
}

const doc = { _id: 1, a: [1, 2, 3], b: { c: 1, d: [{ e: 1, f: 2 }, 5, { e: 3 }] }, n: 5 }

describe('a projection', () => {
  it('includes or excludes, with the id unless told otherwise', () => {
    expect(projected(doc, { n: 1 })).toEqual({ _id: 1, n: 5 })
    expect(projected(doc, { n: true, _id: 0 })).toEqual({ n: 5 })
    expect(projected(doc, { a: 0, b: 0 })).toEqual({ _id: 1, n: 5 })
    expect(projected(doc, { _id: 0 })).toEqual({ a: doc.a, b: doc.b, n: 5 })
    expect(projected(doc, { _id: 1 })).toEqual({ _id: 1 })
    expect(projected(doc, {})).toEqual(doc)
  })

  it('reaches into documents and arrays of documents', () => {
    expect(projected(doc, { 'b.d.e': 1 })).toEqual({ _id: 1, b: { d: [{ e: 1 }, { e: 3 }] } })
    expect(projected(doc, { 'b.d.e': 0, a: 0 })).toEqual({ _id: 1, b: { c: 1, d: [{ f: 2 }, 5, {}] }, n: 5 })
    expect(projected(doc, { b: { c: 1 } })).toEqual({ _id: 1, b: { c: 1 } })
  })

  it('reaches into an id that is a document', () => {
    const nested = { _id: { a: 1, b: 2 }, n: 1 }
    expect(projected(nested, { '_id.a': 1 })).toEqual({ _id: { a: 1 } })
    expect(projected(nested, { '_id.a': 0 })).toEqual({ _id: { b: 2 }, n: 1 })
    expect(projected(nested, { _id: 1, n: 0 })).toEqual({ _id: { a: 1, b: 2 } })
  })

  it('with $slice alone keeps the other fields', () => {
    expect(projected(doc, { a: { $slice: 1 } })).toEqual({ ...doc, a: [1] })
    expect(projected(doc, { a: { $slice: -2 } })).toEqual({ ...doc, a: [2, 3] })
    expect(projected(doc, { a: { $slice: [1, 1] }, n: 1 })).toEqual({ _id: 1, a: [2], n: 5 })
    expect(projected(doc, { 'b.d': { $slice: 1 } })).toEqual({ ...doc, b: { c: 1, d: [{ e: 1, f: 2 }] } })
  })

  it('with $elemMatch gives the first element that matches, scalars too', () => {
    expect(projected(doc, { a: { $elemMatch: { $in: [2, 3] } } })).toEqual({ _id: 1, a: [2] })
    expect(projected({ _id: 1, l: [{ x: 1 }, { x: 2, y: 3 }] }, { l: { $elemMatch: { x: 2 } } })).toEqual({
      _id: 1,
      l: [{ x: 2, y: 3 }],
    })
    expect(projected(doc, { a: { $elemMatch: { $gt: 9 } }, n: 1 })).toEqual({ _id: 1, n: 5 })
  })

  it('with a positional $ gives the element the filter matched', () => {
    expect(projected(doc, { 'a.$': 1 }, { a: { $gte: 2 } })).toEqual({ _id: 1, a: [2] })
    expect(projected({ _id: 1, e: [{ x: 1 }, { x: 2 }] }, { 'e.$': 1 }, { 'e.x': 2 })).toEqual({
      _id: 1,
      e: [{ x: 2 }],
    })
    expect(() => projected(doc, { 'a.$': 1 }, { n: 5 })).toThrow(expect.objectContaining({ code: 51246 }))
  })

  it('computes fields', () => {
    expect(projected(doc, { n: 1, twice: { $multiply: ['$n', 2] }, text: 'fixed', c: '$b.c' })).toEqual({
      _id: 1,
      n: 5,
      twice: 10,
      text: 'fixed',
      c: 1,
    })
    expect(projected(doc, { a: { $slice: ['$a', -1] } })).toEqual({ _id: 1, a: [3] })
  })

  it('keeps a field called __proto__ a field', () => {
    const projection = compileProjection(stored(JSON.parse('{ "__proto__": 1, "x": 1 }')), stored({}))
    expect(Object.keys(projection(stored(JSON.parse('{ "__proto__": { "p": 1 }, "x": 2 }'))))).toEqual([
      '__proto__',
      'x',
    ])
  })

  it('says which top-level fields it needs', () => {
    expect(compileProjection(stored({ n: 1, 'b.c': 1 }), stored({})).fields).toEqual(
      new Set(['n', 'b', '_id']),
    )
    expect(compileProjection(stored({ n: 0 }), stored({})).fields).toBeUndefined()
    expect(compileProjection(stored({ n: '$a' }), stored({})).fields).toBeUndefined()
  })

  it.each([
    [{ a: 1, b: 0 }, 31254],
    [{ a: 0, b: 1 }, 31253],
    [{ b: 1, 'b.c': 1 }, 31249],
    [{ 'b.c': 1, b: 1 }, 31250],
    [{ 'a.': 1 }, 40353],
    [{ a: {} }, 51270],
    [{ a: { $slice: 'x' } }, 28667],
    [{ 'a.$': 1, 'b.$': 1 }, 31276],
    [{ a: { $meta: 'textScore' } }, 115],
    [{ a: { $foo: 1 } }, 168],
  ])('%j is refused', (projection, code) => {
    expect(() => compileProjection(stored(projection), stored({}))).toThrow(expect.objectContaining({ code }))
  })
})

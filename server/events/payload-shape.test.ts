import { describe, expect, it } from 'vitest'
import { payloadShape } from './payload-shape.ts'

describe('the shape of a payload', () => {
  it('is the same whatever its values and the order of its keys are', () => {
    const first = payloadShape({ id: 'a', buyer: { email: 'a@example.com', age: 3 }, tags: ['x'] })
    expect(payloadShape({ tags: ['y', 'z'], buyer: { age: 4, email: '' }, id: 'b' })).toBe(first)
    expect(payloadShape({ id: 'c', buyer: { email: 'c@example.com', age: 5 }, tags: ['x'] })).toBe(first)
  })

  it.each<[string, unknown, unknown]>([
    ['a key is new', { a: 1 }, { a: 1, b: 1 }],
    ['a number becomes a text', { a: 1 }, { a: '1' }],
    ['a value is empty', { a: 1 }, { a: null }],
    ['one thing becomes a list of it', { a: { b: 1 } }, { a: [{ b: 1 }] }],
    ['a key moves into what stood beside it', { a: {}, b: 1 }, { a: { b: 1 } }],
    ['a key is spelled like what stands around keys', { a: 1, b: 1 }, { 'a:number.b': 1 }],
    ['a key is spelled like a key and its value', { a: 'x', b: 'x' }, { astringb: 'x' }],
  ])('changes when %s', (_what, before, after) => {
    expect(payloadShape(after)).not.toBe(payloadShape(before))
  })

  it('is told from the beginning of lists and of what is nested deep', () => {
    expect(payloadShape([1, 2, 3, 'x'])).toBe(payloadShape([1]))
    const nested = (inner: unknown) => ({ a: { b: { c: { d: { e: { f: { g: { h: inner } } } } } } } })
    expect(payloadShape(nested({ i: 1 }))).toBe(payloadShape(nested({ j: 'x' })))
  })

  it('is told of all of a payload, however many fields it has', () => {
    const fields = Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`key${n}`, n]))
    const shape = payloadShape({ ...fields, last: 1 })
    expect(payloadShape({ ...fields, last: 'x' })).not.toBe(shape)
    expect(payloadShape({ ...fields, last: 2 })).toBe(shape)
  })

  it('stays what it was when many others came in between', () => {
    const first = payloadShape({ a: 1, b: [true] })
    for (let n = 0; n < 6_000; n += 1) payloadShape({ [`key${n}`]: n })
    expect(payloadShape({ a: 1, b: [true] })).toBe(first)
    expect(first).toBe('g7_d6Lrh75sInvri')
  })
})

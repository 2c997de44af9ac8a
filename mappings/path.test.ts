import fc from 'fast-check'
import jsonata from 'jsonata'
import { describe, expect, it } from 'vitest'
import { compilePath, parsePath, printPath } from './path.ts'

function read(text: string, root: object): unknown {
  const parsed = parsePath(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return compilePath(parsed.path)(root)
}

const order = {
  customer: { 'First name': 'Ann', tags: ['vip'] },
  products: [
    { name: 'Tea', sizes: ['s', 'm'] },
    { name: 'Milk', sizes: ['l'] },
  ],
  parcels: [{ code: 'p1' }],
}

describe('a path', () => {
  it.each([
    ['customer.`First name`', 'Ann'],
    ['customer.tags', ['vip']],
    ['customer.tags[0]', 'vip'],
    ['products[1].name', 'Milk'],
    ['products[-1].name', 'Milk'],
    ['products[5].name', undefined],
    ['products.name', ['Tea', 'Milk']],
    ['products.sizes', ['s', 'm', 'l']],
    ['parcels.code', 'p1'],
    ['parcels[].code', ['p1']],
    ['parcels.code[]', ['p1']],
    ['missing.deep.down', undefined],
    ['customer.tags.length', undefined],
  ])('%s finds what a person means by it', (text, expected) => {
    expect(read(text, order)).toEqual(expected)
  })

  it('never reaches what belongs to JavaScript and not to the data', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(read(name, order)).toBeUndefined()
      expect(read(`customer.${name}`, order)).toBeUndefined()
      expect(read(`products.${name}`, order)).toBeUndefined()
    }
    const posted: object = JSON.parse('{ "__proto__": { "admin": "no" }, "constructor": "a word" }')
    expect(read('__proto__.admin', posted)).toBe('no')
    expect(read('constructor', posted)).toBe('a word')
  })

  it.each([
    ['', 0],
    ['a.', 2],
    ['a..b', 2],
    ['a b', 1],
    ['a[x]', 1],
    ['a[0', 1],
    ['`a', 0],
    ['1a', 0],
    ['a.``', 2],
  ])('“%s” is refused where reading stops', (text, position) => {
    expect(parsePath(text)).toMatchObject({ ok: false, position })
  })

  it('survives being printed and read again, whatever the names', () => {
    const segment = fc.record({
      name: fc.string({ minLength: 1, unit: 'binary' }),
      indexes: fc.array(fc.integer({ min: -99, max: 99 }), { maxLength: 2 }),
      keepsList: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const path = { segments }
        expect(parsePath(printPath(path))).toEqual({ ok: true, path })
      }),
    )
  })

  it('reads lists within lists as JSONata does', async () => {
    const leaf = fc.constantFrom('x', null)
    const { data } = fc.letrec<{ data: unknown }>((tie) => ({
      data: fc.oneof(
        { maxDepth: 4 },
        { weight: 1, arbitrary: leaf },
        { weight: 3, arbitrary: fc.array(tie('data'), { maxLength: 2 }) },
        { weight: 2, arbitrary: fc.record({ a: tie('data') }) },
      ),
    }))
    const step = fc.constantFrom('a', 'a', 'a[0]', 'a[1]', 'a[-1]', 'a[0][0]', 'a[]')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), data, async (steps, a) => {
        const text = steps.join('.')
        const root: object = JSON.parse(JSON.stringify({ a }))
        const value: unknown = await jsonata(text).evaluate(root)
        expect(JSON.stringify(read(text, root))).toBe(JSON.stringify(value))
      }),
      {
        numRuns: 3_000,
        // Each was once read otherwise: a list of one is kept by the very step that `[]` stands at.
        examples: [
          [
            ['a', 'a[]'],
            [[{ a: [[]] }], { a: 'x' }],
          ],
          [
            ['a[]', 'a'],
            [[{ a: [[]] }], { a: 'x' }],
          ],
          [
            ['a', 'a[]'],
            [[], { a: [] }],
          ],
        ],
      },
    )
  })
})

import { describe, expect, it } from 'vitest'
import { z } from '#sdk'
import { InputInvalid, parseInput } from './input-invalid.ts'

function problemsOf(schema: z.ZodType, value: unknown): readonly { path: string; message: string }[] {
  try {
    parseInput(schema, value)
  } catch (err) {
    if (err instanceof InputInvalid) return err.problems
    throw err
  }
  return []
}

describe('what cannot be used', () => {
  it.each([
    ['a missing one', z.string(), undefined, 'is missing'],
    ['a missing choice', z.enum(['a', 'b']), undefined, 'is missing'],
    ['an empty text', z.string().min(1), '', 'is empty'],
    ['a short text', z.string().min(3), 'ab', 'must have at least 3 characters'],
    ['an empty list', z.array(z.string()).min(1), [], 'is empty'],
    ['a long list', z.array(z.string()).max(2), ['a', 'b', 'c'], 'must have at most 2 entries'],
    ['a small number', z.int().min(1), 0, 'must be at least 1'],
    ['no more than a bound', z.number().gt(1), 1, 'must be more than 1'],
    ['a broken number', z.int(), 1.5, 'must be a whole number'],
    ['another kind', z.array(z.string()), 'a', 'must be a list'],
    ['no choice', z.enum(['a', 'b', 'c']), 'd', 'must be a, b or c'],
    ['no address', z.url(), 'x', 'must be an address, such as https://example.com'],
    ['a stranger', z.strictObject({}), { a: 1, b: 2 }, 'has nothing called a or b'],
    ['none of several', z.union([z.string(), z.number()]), true, 'is not what was expected'],
    ['what has words of its own', z.string().min(3, 'is too short a name'), 'ab', 'is too short a name'],
  ])('is told in words for people: %s', (_what, schema, value, message) => {
    expect(problemsOf(schema, value)).toEqual([{ path: '', message }])
  })

  it('names the kinds there are where it is of none of them', () => {
    const kind = (name: string) => z.strictObject({ kind: z.literal(name) })
    const schema = z.discriminatedUnion('kind', [kind('a'), kind('b'), kind('c')])
    expect(problemsOf(schema, { kind: 'd' })).toEqual([{ path: 'kind', message: 'must be a, b or c' }])
    expect(problemsOf(schema, {})).toEqual([{ path: 'kind', message: 'must be a, b or c' }])
  })

  it.each([
    [{ is: 'x' }, 'is', 'must be a number'],
    [{ each: [{ is: 1 }, { is: 'x' }] }, 'each.1.is', 'must be a number'],
    [{ is: 1, too: 2 }, '', 'has nothing called too'],
    [{ is: 1, each: [] }, '', 'is not what was expected'],
    [[], '', 'is not what was expected'],
  ])(
    'of several shapes is measured by the one that was meant, where that is plain: %j',
    (value, ...problem) => {
      const shape: z.ZodType = z.lazy(() =>
        z.union([z.strictObject({ is: z.number() }), z.strictObject({ each: z.array(shape) })]),
      )
      const [path, message] = problem
      expect(problemsOf(shape, value)).toEqual([{ path, message }])
    },
  )

  it('ends each sentence once', () => {
    const { message } = new InputInvalid([{ path: 'formula', message: 'Check that its files are complete.' }])
    expect(message).toBe(
      'This cannot be used. formula: Check that its files are complete. Correct it and send it again.',
    )
  })
})

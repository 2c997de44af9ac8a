import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'

const catalogue = z
  .object({ reason: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL('en.json', import.meta.url), 'utf8')))

/** What the code gives as the reason why a request was not understood. */
const given = /(?:new UnreadablePayload|notUnderstood)\(\s*'([a-z_]+)'/g

it('says in words why a request was not understood, whatever was wrong with it', () => {
  const sources = globSync(['connectors/**/*.ts', 'server/pipeline/*.ts']).filter(
    (file) => !file.endsWith('.test.ts'),
  )
  const codes = new Set(
    sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(given)].map(([, code]) => code ?? '')),
  )

  expect(codes).toContain('invalid_json')
  expect([...codes].filter((code) => !catalogue.reason[code])).toEqual([])
})

it('says in words what went wrong while a vendor was spoken to', () => {
  const sources = [
    'connectors/sdk/errors.ts',
    'server/platform/access-token-errors.ts',
    'server/polls/run-poll.ts',
  ]
  const codes = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/readonly code = '([a-z_]+)'/g)].map(([, code]) => code ?? ''),
  )

  expect(codes).toContain('input_refused')
  expect(codes.filter((code) => !catalogue.reason[code])).toEqual([])
})

import { globSync, readFileSync } from 'node:fs'
import i18next from 'i18next'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { wordOf } from './word-of.ts'

const everything: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('en.json', import.meta.url), 'utf8'),
)
const catalogue = z
  .object({ reason: z.record(z.string(), z.string()), refusedNext: z.record(z.string(), z.string()) })
  .parse(everything)

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

it('says in words what to do about a refused request, whatever it was refused for', async () => {
  const sources = globSync(['connectors/sdk/signatures/*.ts', 'server/ingest/verify-hook.ts'])
  const codes = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:refused\(|code: )'([a-z_]+)'/g)].map(
      ([, code]) => code ?? '',
    ),
  )
  expect(codes).toContain('timestamp_outside_tolerance')
  expect(codes.filter((code) => !catalogue.refusedNext[code])).toEqual([])

  await i18next.init({ lng: 'en', resources: { en: { translation: everything } } })
  const replayed = (code: string) =>
    wordOf('error', 'receipt_not_replayable', { because: 'still_refused', reason: { code } })
  expect(replayed('timestamp_outside_tolerance')).toContain('Allow more time')
  expect(replayed('one_of_a_connector')).toContain('Look at why it is refused')
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

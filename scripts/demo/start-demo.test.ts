import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startDemo } from './start-demo.ts'
import type { Demo } from './start-demo.ts'
import { sightsOf } from './sights.ts'
import { comingHappenings } from './trickle.ts'

/* Three days of the demo, with all that goes wrong in thirty. */

const dataDir = mkdtempSync(join(tmpdir(), 'switchyard-'))
let demo: Demo

beforeAll(async () => {
  demo = await startDemo({ dataDir, port: 0, days: 3, share: 0.1, logTo: () => ({ write: () => true }) })
}, 240_000)

afterAll(async () => {
  await demo.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const counted = z.record(z.string(), z.object({ count: z.number() }))

async function counts(
  list: 'deliveries' | 'receipts',
  states: readonly string[],
): Promise<Record<string, number>> {
  const parts = states.map((state) => `${state}: ${list}(first: 1, filter: { states: [${state}] }) { count }`)
  const answer = counted.parse(await demo.team.owner.ask(`{ ${parts.join(' ')} }`))
  return Object.fromEntries(Object.entries(answer).map(([state, { count }]) => [state, count]))
}

/** Whether the answer says so; what it says else would fill the screen. */
async function says(query: string, ...words: (string | RegExp)[]): Promise<boolean[]> {
  const answer = JSON.stringify(await demo.team.owner.ask(query))
  return words.map((word) => (typeof word === 'string' ? answer.includes(word) : word.test(answer)))
}

describe('a demo', () => {
  it('owes nothing when it is ready, but what waits for a person', async () => {
    const states = [
      'queued',
      'sending',
      'retrying',
      'needs_mapping',
      'refused',
      'failed',
      'parked',
      'unconfirmed',
    ]
    expect(await counts('deliveries', states)).toEqual({
      queued: 0,
      sending: 0,
      retrying: 0,
      needs_mapping: 0,
      refused: 0,
      failed: 0,
      // The calendar waits for somebody to sign in, and the chat for somebody to say whether a message is there.
      parked: expect.toSatisfy((count: number) => count >= 3),
      unconfirmed: 1,
    })
  })

  it('has had requests that were refused, not understood and told twice', async () => {
    expect(await counts('receipts', ['refused', 'not_understood', 'duplicate'])).toEqual({
      refused: 4,
      not_understood: 1,
      duplicate: 1,
    })
  })

  it('has tried again, held back and replayed, and says why flows did not run', async () => {
    expect(
      await says(
        '{ deliveries(first: 200) { items { state reason { code } attempts { outcome } } } }',
        '[{"outcome":"failed"},{"outcome":"failed"},{"outcome":"delivered"}]',
        '{"code":"replayed"}',
      ),
    ).toEqual([true, true])
    expect(
      await says(
        '{ events(first: 200) { items { flowOutcomes { outcome reason { code } } } } }',
        '{"code":"filter_false"}',
      ),
    ).toEqual([true])
  })

  it('parks nothing longer than its destination is down', async () => {
    const query = '{ deliveries(first: 200, filter: { states: [parked] }) { items { reason { code } } } }'
    expect(await says(query, 'destination_down', 'sign_in_needed')).toEqual([false, true])
  })

  it('shows its people at work, with roles of their own', async () => {
    const words = [
      'Maya Lindqvist',
      'Jonas Adler',
      'Tola Bright',
      '"owner"',
      '"ops"',
      '"marketer"',
      '"viewer"',
    ]
    const query = '{ members { role user { name } } invitations { role } }'
    expect(await says(query, ...words)).toEqual(words.map(() => true))
  })

  it('tells where to look first', async () => {
    const lines = (await sightsOf(demo)).join('\n')
    expect(lines).toContain(demo.url)
    expect(lines).toMatch(/events\/evt_/)
  })

  it('goes on: what comes in afterwards is taken and worked through', async () => {
    const before = await demo.team.owner.ask('{ receipts { count } }')
    const coming = comingHappenings(demo.clock.now)
    for (let times = 0; times < 5; times++) await demo.feed.happen(coming.next().value)
    expect(await demo.team.owner.ask('{ receipts { count } }')).not.toEqual(before)
  })
})

import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AnyConnector, AnyInbound } from '../define-connector.ts'
import { readPayload } from '../read-hook.ts'
import { differenceOf, fieldPrints } from '../snapshot.ts'
import type { FieldPrints } from '../snapshot.ts'
import type { Named, PollFixture } from './fixture.ts'
import { hookOf } from './hook-of.ts'
import { expectRecorded, playCalls, refusal, refusals, withoutUnpromised } from './play-calls.ts'
import { secretsIn } from './secrets-in.ts'

const answerSchema = z.object({
  output: z.object({
    payload: z.unknown().optional(),
    cursor: z.string().max(16_384),
    more: z.boolean().default(false),
  }),
})

/** Proves the stories of what is polled: the calls to the vendor, the facts in its answer, and where to go on. */
export function describePollContract(connector: AnyConnector, stories: readonly Named<PollFixture>[]): void {
  describe.each(stories)(`${connector.name}: $file`, (story) => {
    const poll = connector.polls?.[story.poll]
    const inbound = connector.inbound.find(({ id }) => id === poll?.inbound)
    if (!poll || !inbound) return
    const { subject } = story
    const now = new Date(story.now)
    const play = (replies?: Parameters<typeof playCalls>[3]) =>
      playCalls(
        connector,
        story,
        (context) => poll.fetch({ ...context, now, subject }, story.cursor),
        replies,
      )

    it('makes exactly the recorded calls and comes to what is promised', async () => {
      const { sent, outcome } = await play()
      expectRecorded(connector, story, sent)
      const answer = answerSchema.safeParse(outcome)
      const result = answer.success
        ? { ...promiseOf(inbound, story, answer.data.output), more: answer.data.output.more }
        : withoutUnpromised(outcome, story.expect)
      expect(result).toEqual(story.expect)
    })

    it('puts no secret where a captured request or a receipt would show it', async () => {
      const { sent, outcome } = await play()
      const secrets = [...secretsIn(connector, story.auth), story.accessToken]
      const shown = JSON.stringify([sent.map(({ url, body }) => [url, body]), outcome])
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
    })

    if ('failure' in story.expect) return

    it('asks about what the credentials name', () => {
      const auth: unknown = connector.auth.fields.parse(story.auth)
      expect(poll.isWanted?.(auth) ?? true).toBe(true)
      expect(poll.subjects?.(auth) ?? ['']).toContain(subject)
    })

    if (story.exchanges.length === 0) return

    it.each(Object.entries(refusals))(
      'leaves status %s to whoever it concerns: %s',
      async (status, whose) => {
        const { outcome } = await play([refusal(status)])
        expect(outcome).toMatchObject({ failure: { class: whose } })
      },
    )
  })

  const polls = Object.entries(connector.polls ?? {})
  it.each(polls)(`${connector.name}: the poll %s begins for the first time and goes on`, (id) => {
    const told = stories.filter((story) => story.poll === id && 'cursor' in story.expect)
    expect(told.map(({ cursor }) => cursor === undefined)).toEqual(expect.arrayContaining([true, false]))
  })

  it.each(polls)(
    `${connector.name}: the poll %s is named, read and made once a minute at most`,
    (_id, poll) => {
      expect(poll.name).not.toBe('')
      expect(connector.inbound.map(({ id }) => id)).toContain(poll.inbound)
      expect(poll.everyMs).toBeGreaterThanOrEqual(60_000)
    },
  )
}

/** An answer in the form in which fixtures promise it. */
function promiseOf(
  inbound: AnyInbound,
  story: PollFixture,
  { payload, cursor }: { payload?: unknown; cursor: string },
): { cursor: string; facts?: unknown } {
  if (payload === undefined) return { cursor }
  const auth: unknown = inbound.auth.fields.parse(story.auth)
  const known = new Map<string, FieldPrints>(
    Object.entries(story.known).map(([id, fields]) => [id, fieldPrints({ id, fields })]),
  )
  const hook = hookOf({
    method: 'POLL',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
    receivedAt: new Date(story.now),
  })
  const reading = readPayload(inbound, hook, auth, (snapshot) => {
    const heard = fieldPrints(snapshot)
    const before = known.get(snapshot.id)
    known.set(snapshot.id, { ...before, ...heard })
    return differenceOf(before, heard)
  })
  if (reading.outcome !== 'read') return { cursor, facts: reading }
  const facts = reading.items.flatMap((item): unknown[] => {
    if (!item.ok) return [{ notUnderstood: item.reason }]
    return item.isKnown ? [] : [{ dedupeKey: item.dedupeKey, events: item.events }]
  })
  return { cursor, facts }
}

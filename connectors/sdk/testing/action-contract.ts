import { describe, expect, it } from 'vitest'
import type { AnyConnector } from '../define-connector.ts'
import type { CallFixture, Named } from './fixture.ts'
import type { CallContext } from './play-calls.ts'
import {
  expectMailed,
  expectRecorded,
  mailRefusals,
  playCalls,
  refusal,
  refusals,
  withoutUnpromised,
} from './play-calls.ts'
import { secretsIn } from './secrets-in.ts'

/** Proves the stories of what the connector asks a vendor to do, against a real local server. */
export function describeActionContract(
  connector: AnyConnector,
  stories: readonly Named<CallFixture>[],
): void {
  describe.each(stories)(`${connector.name}: $file`, (story) => {
    const play = () => playCalls(connector, story, (context) => call(connector, story, context))

    it('makes exactly the recorded calls and comes to what is promised', async () => {
      const { sent, mails, outcome } = await play()
      expectRecorded(connector, story, sent)
      expectMailed(story, mails)
      expect(withoutUnpromised(outcome, story.expect)).toEqual(story.expect)
    })

    it('puts no secret where a captured request would show it', async () => {
      const { sent, mails } = await play()
      const secrets = [...secretsIn(connector, story.auth), story.accessToken]
      const shown = `${sent.map(({ url, body }) => `${url} ${body}`).join(' ')} ${JSON.stringify(mails)}`
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
    })
  })

  const writing = stories.filter(
    (story) => story.call === 'run' && story.action in connector.actions && 'output' in story.expect,
  )
  const first = Object.values(Object.groupBy(writing, ({ action }) => action)).flatMap(
    (each) => each?.slice(0, 1) ?? [],
  )
  const mailing = first.filter(({ mails }) => mails.length > 0)
  describe.each(mailing)(`${connector.name}: $action when the mail server refuses`, (story) => {
    it.each(mailRefusals)('$status at $stage is left to whoever it concerns: $whose', async (refused) => {
      const { whose, ...reply } = refused
      const run = (context: CallContext) => call(connector, story, context)
      const { outcome } = await playCalls(connector, story, run, [], [reply])
      expect(outcome).toMatchObject({ failure: { class: whose } })
    })

    it('lets no mapped value add a header or a recipient', async () => {
      const smuggled: string[] = []
      for (const { at, input } of withLineBreaks(story.input)) {
        const run = (context: CallContext) => call(connector, { ...story, input }, context)
        const { mails, outcome } = await playCalls(connector, story, run)
        const { text: _text, html: _html, ...headers } = Object(mails[0])
        if (!('refused' in outcome) && /\\[rn]/.test(JSON.stringify(headers))) smuggled.push(at)
      }
      expect(smuggled).toEqual([])
    })
  })

  const calling = first.filter(({ mails }) => mails.length === 0)
  describe.each(calling)(`${connector.name}: $action when the vendor refuses`, (story) => {
    it.each(Object.entries(refusals))(
      'status %s is left to whoever it concerns: %s',
      async (status, whose) => {
        const run = (context: CallContext) => call(connector, story, context)
        const { outcome } = await playCalls(connector, story, run, [refusal(status)])
        expect(outcome).toMatchObject({ failure: { class: whose } })
      },
    )
  })
}

/** The input many times, each with one of its texts trying to break out of its line. */
function* withLineBreaks(
  input: CallFixture['input'],
): Generator<{ at: string; input: CallFixture['input'] }> {
  const evil = (value: unknown): unknown =>
    typeof value === 'string' ? `${value}\r\nBcc: thief@example.org` : value
  for (const [at, value] of Object.entries(input)) {
    yield { at, input: { ...input, [at]: Array.isArray(value) ? value.map(evil) : evil(value) } }
  }
}

async function call(connector: AnyConnector, story: CallFixture, context: CallContext): Promise<unknown> {
  const { http, auth } = context
  if (story.action === 'check') return connector.auth.check?.(context)
  // oxlint-disable-next-line no-explicit-any -- the registry holds connectors of every shape
  if (story.action === 'enrich') return connector.enrich?.({ http, auth }, story.input as any)
  const action = connector.actions[story.action]
  if (!action) throw new Error(`There is no action ${story.action}.`)
  const input = action.input.parse(story.input)
  const now = new Date(story.now)
  if (story.call === 'confirm') return action.confirm?.({ http, auth }, input, { since: now, key: story.key })
  if (story.call === 'current') return action.current?.({ http, auth }, input)
  return action.run({ ...context, key: story.key, now, startedAt: now }, input)
}

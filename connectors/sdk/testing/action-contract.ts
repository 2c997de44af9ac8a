import { describe, expect, it } from 'vitest'
import type { AnyConnector } from '../define.ts'
import type { CallFixture, Named } from './fixture.ts'
import type { CallContext } from './play-calls.ts'
import { expectRecorded, playCalls, refusal, refusals, withoutUnpromised } from './play-calls.ts'
import { secretsIn } from './secrets-in.ts'

/** Proves the stories of what the connector asks a vendor to do, against a real local server. */
export function describeActionContract(
  connector: AnyConnector,
  stories: readonly Named<CallFixture>[],
): void {
  describe.each(stories)(`${connector.name}: $file`, (story) => {
    const play = () => playCalls(connector, story, (context) => call(connector, story, context))

    it('makes exactly the recorded calls and comes to what is promised', async () => {
      const { sent, outcome } = await play()
      expectRecorded(connector, story, sent)
      expect(withoutUnpromised(outcome, story.expect)).toEqual(story.expect)
    })

    it('puts no secret where a captured request would show it', async () => {
      const { sent } = await play()
      const secrets = [...secretsIn(connector, story.auth), story.accessToken]
      const shown = sent.map(({ url, body }) => `${url} ${body}`).join(' ')
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
    })
  })

  const writing = stories.filter(
    (story) => story.call === 'run' && story.action in connector.actions && 'output' in story.expect,
  )
  const first = Object.values(Object.groupBy(writing, ({ action }) => action)).flatMap(
    (each) => each?.slice(0, 1) ?? [],
  )
  describe.each(first)(`${connector.name}: $action when the vendor refuses`, (story) => {
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

async function call(
  connector: AnyConnector,
  story: CallFixture,
  { http, auth }: CallContext,
): Promise<unknown> {
  if (story.action === 'check') return connector.auth.check?.({ http, auth })
  // oxlint-disable-next-line no-explicit-any -- the registry holds connectors of every shape
  if (story.action === 'enrich') return connector.enrich?.({ http, auth }, story.input as any)
  const action = connector.actions[story.action]
  if (!action) throw new Error(`There is no action ${story.action}.`)
  const input = action.input.parse(story.input)
  const now = new Date(story.now)
  if (story.call === 'confirm') return action.confirm?.({ http, auth }, input, { since: now, key: story.key })
  if (story.call === 'current') return action.current?.({ http, auth }, input)
  return action.run({ http, auth, key: story.key, now, startedAt: now }, input)
}

import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AnyConnector } from '../define-connector.ts'
import type { CallFixture, Named } from './fixture.ts'
import { hookAddress } from './hook-of.ts'
import type { CallContext } from './play-calls.ts'
import { expectRecorded, playCalls, refusal, refusals, withoutUnpromised } from './play-calls.ts'
import { secretsIn } from './secrets-in.ts'

/** The address and the name under which every story registers. */
const hook = { url: hookAddress, id: '0199f0c2-0000-4000-8000-00000000c4a1' }

const input = z.strictObject({
  subject: z.string().default(''),
  state: z.record(z.string(), z.string()).default({}),
})

/** Proves the stories of how the connector sets its webhook up at the vendor, looks after it and takes it away. */
export function describeRegistrationContract(
  connector: AnyConnector,
  stories: readonly Named<CallFixture>[],
): void {
  describe.each(stories)(`${connector.name}: $file`, (story) => {
    const play = (replies?: Parameters<typeof playCalls>[3]) =>
      playCalls(connector, story, (context) => call(connector, story, context), replies)

    it('makes exactly the recorded calls and comes to what is promised', async () => {
      const { sent, outcome } = await play()
      expectRecorded(connector, story, sent)
      expect(withoutUnpromised(outcome, story.expect)).toEqual(story.expect)
    })

    it('puts no secret into an address or into what is kept in the open', async () => {
      const { sent, outcome } = await play()
      const secrets = [...secretsIn(connector, story.auth), story.accessToken]
      const kept = z.object({ output: z.object({ state: z.unknown() }) }).safeParse(outcome)
      const shown = JSON.stringify([sent.map(({ url }) => url), kept.data?.output.state])
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
    })

    if (!('output' in story.expect) || story.exchanges.length === 0) return

    it.each(Object.entries(refusals))(
      'leaves status %s to whoever it concerns: %s',
      async (status, whose) => {
        const { outcome } = await play([refusal(status)])
        expect(outcome).toMatchObject({ failure: { class: whose } })
      },
    )

    if (story.call !== 'remove') return

    it('takes away without complaint what is gone already', async () => {
      const { outcome } = await play(story.exchanges.map(() => refusal('404')))
      expect(outcome).toEqual({ output: null })
    })
  })
}

async function call(
  { registration }: AnyConnector,
  story: CallFixture,
  context: CallContext,
): Promise<unknown> {
  if (!registration) throw new Error('The connector registers nothing.')
  const { subject, state } = input.parse(story.input)
  const registering = { ...context, subject, now: new Date(story.now) }
  switch (story.call) {
    case 'register':
      return registration.register(registering, hook)
    case 'renew':
      return registration.renew?.(registering, state)
    case 'check':
      return registration.check?.(registering, state, hook)
    case 'remove':
      return registration.remove(registering, state)
    default:
      throw new Error(`${story.call} is no function of a registration.`)
  }
}

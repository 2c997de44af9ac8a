import { z } from 'zod'
import { PASSWORD } from './colleague.ts'
import { secrets } from './secrets.ts'
import type { Demo } from './start-demo.ts'

/** What a person at the terminal is told: where it is, how to come in, and three things to look at first. */
export async function sightsOf({ url, team, tools, sandbox }: Demo): Promise<string[]> {
  const { owner, ops, marketer } = team
  const notRun = await eventThatRanNothing(owner.ask)
  return [
    `Switchyard’s demo is ready: ${url}`,
    '',
    `  Email     ${owner.email}`,
    `  Password  ${PASSWORD}`,
    '',
    'Three things to look at:',
    '',
    '  1. The calendar lost its sign-in, and welcome calls wait. Sign in again; agree, and watch them go:',
    `     ${url}/connections/${tools.calendar.id}`,
    '  2. The partner portal signs with a new secret, and its requests are refused. Put the secret in:',
    `     ${secrets.portalNow}`,
    `     ${url}/connections/${tools.portal.id}   then replay what was refused: ${url}/receipts`,
    '  3. Why did nothing run? Because of one value, which the event shows:',
    `     ${url}/events${notRun ? `/${notRun}` : ''}`,
    '',
    `${ops.email} (ops) and ${marketer.email} (marketer) have the same password.`,
    `What the tools got: HubSpot ${sandbox.hubspot}, mail ${sandbox.mail}, sheet ${sandbox['google-sheets']}`,
    'A few things happen every minute. Ctrl+C ends the demo; the next start makes it anew.',
  ]
}

const events = z.object({
  events: z.object({
    items: z.array(
      z.object({
        id: z.string(),
        flowOutcomes: z.array(z.object({ reason: z.object({ code: z.string() }).nullable() })),
      }),
    ),
  }),
})

/** The newest event that a flow waited for and did not take, because its condition was false. */
async function eventThatRanNothing(ask: Demo['team']['owner']['ask']): Promise<string | undefined> {
  const found = events.parse(
    await ask('{ events(first: 200) { items { id flowOutcomes { reason { code } } } } }'),
  )
  return found.events.items.find(({ flowOutcomes }) =>
    flowOutcomes.some(({ reason }) => reason?.code === 'filter_false'),
  )?.id
}

import type { Sandbox } from '../sandbox.ts'
import { createDice } from './dice.ts'
import type { Feed } from './feed.ts'
import type { Happening } from './happening.ts'
import { createPeople } from './people.ts'
import type { Person } from './people.ts'
import { leadRowFields } from './recipes.ts'
import type { Recipes } from './recipes.ts'
import { secrets } from './secrets.ts'
import { checkout, failedPayment, plans } from './stripe-objects.ts'
import { invite } from './team.ts'
import type { Team } from './team.ts'
import type { Tools } from './tools.ts'
import { referral, sentForm } from './website-requests.ts'

/** What a trouble has to do with. */
export interface Stage {
  feed: Feed
  now: () => Date
  team: Team
  tools: Tools
  recipes: Recipes
  sandbox: Sandbox
}

/** Something that goes wrong, or that somebody does about it. */
export interface Trouble {
  /** How far into the days it comes: 0 at their beginning, 1 now. */
  when: number
  happens: (stage: Stage) => Promise<void>
}

const dice = createDice(77)
const nextPerson = createPeople(dice)
const MINUTE_MS = 60_000

/** All that a person who looks after integrations wants to have seen once, in the order in which it comes. */
export const troubles: readonly Trouble[] = [
  { when: 0.1, happens: (stage) => hubspotStumbles(stage) },
  { when: 0.14, happens: (stage) => mistakeIsMended(stage) },
  { when: 0.4, happens: (stage) => stripeRepeatsItself(stage) },
  { when: 0.55, happens: (stage) => hubspotIsDown(stage) },
  { when: 0.62, happens: (stage) => twoShareAPhone(stage) },
  { when: 0.68, happens: (stage) => flowIsPaused(stage) },
  { when: 0.85, happens: (stage) => somebodyForges(stage) },
  { when: 0.9, happens: (stage) => websiteBreaksOff(stage) },
  { when: 0.94, happens: (stage) => partnerChangesTheSecret(stage) },
  { when: 0.96, happens: (stage) => chatHangsUp(stage) },
  // Links are good for a week: this one is still waiting.
  {
    when: 0.97,
    happens: async ({ team: { owner } }) => void (await invite(owner, 'agency@brightside.example', 'viewer')),
  },
  { when: 0.975, happens: (stage) => signInIsLost(stage) },
]

/** One request fails and is tried again. */
async function hubspotStumbles({ feed, now }: Stage): Promise<void> {
  await feed.tell('hubspot', '/_fail?status=502&times=2')
  await feed.happen(asksForADemo(studio(), now()))
  await feed.letPass(3)
}

/** The sheet has no column of that name: the rows are refused until somebody reads why, and mends it. */
async function mistakeIsMended({ feed, now, team, recipes }: Stage): Promise<void> {
  const { marketer } = team
  const { leadRow, flows } = recipes
  await feed.happen(asksForADemo(studio(), now()))
  await marketer.change(
    `mutation ($id: ID!, $version: Int!, $fields: JSON!) {
      saveMapping(id: $id, version: $version, fields: $fields) { ... on Mapping { id } ... on HubError { code message } }
    }`,
    { ...leadRow, fields: leadRowFields('values.Phone') },
  )
  await marketer.change(
    `mutation ($flowId: ID!) {
      replayDeliveries(flowId: $flowId, states: [refused]) { ... on ReplayAnswer { __typename } ... on HubError { code message } }
    }`,
    { flowId: flows['New lead → CRM and sheet'] },
  )
  await feed.letPass(10)
}

/** A network that was slow: Stripe sends again what had arrived. */
async function stripeRepeatsItself({ feed, now }: Stage): Promise<void> {
  const person = studio()
  const sold = { id: dice.token(16), cents: 8_900, product: 'Tablet stand for check-in' }
  const body = JSON.stringify({
    id: `evt_${dice.token(20)}`,
    object: 'event',
    api_version: '2026-07-29.dahlia',
    created: Math.floor(now().getTime() / 1_000),
    livemode: true,
    pending_webhooks: 1,
    type: 'checkout.session.completed',
    data: { object: checkout(person, sold) },
  })
  await feed.post('stripe', body)
  await feed.letPass(1)
  await feed.post('stripe', body)
  await feed.letPass(1)
}

/** A newsletter brings leads while HubSpot is down; they are held, and get there in order afterwards. */
async function hubspotIsDown({ feed, now }: Stage): Promise<void> {
  await feed.tell('hubspot', '/_fail?status=503&times=100000')
  for (let lead = 0; lead < 6; lead++) {
    await feed.happen(asksForADemo(studio(), new Date(now().getTime() + dice.between(2, 6) * MINUTE_MS)))
    await feed.letPass(1)
  }
  await feed.letPass(4)
  await feed.tell('hubspot', '/_fail?status=503&times=0')
  await feed.letPass(12)
}

/** Two colleagues write their office’s number: the hub does not take them for one. */
async function twoShareAPhone({ feed, now }: Stage): Promise<void> {
  const first = studio()
  const second = { ...studio(), phone: first.phone, company: first.company, address: first.address }
  await feed.happen(asksForADemo(first, now()))
  await feed.happen(asksForADemo(second, new Date(now().getTime() + 25 * MINUTE_MS)))
}

/** Nobody wants these notes at the moment. What comes meanwhile says so. */
async function flowIsPaused({ team: { marketer }, recipes: { flows } }: Stage): Promise<void> {
  await marketer.change(
    `mutation ($id: ID!) { pauseFlow(id: $id) { ... on Flow { id } ... on HubError { code message } } }`,
    { id: flows['Demo booked → note in the CRM'] },
  )
}

/** Somebody who knows the address and not the secret. */
async function somebodyForges({ feed, now }: Stage): Promise<void> {
  const object = checkout(studio(), { id: dice.token(16), cents: 14_900, product: 'Chain' })
  const body = JSON.stringify({
    id: `evt_${dice.token(20)}`,
    object: 'event',
    created: Math.floor(now().getTime() / 1_000),
    type: 'checkout.session.completed',
    data: { object },
  })
  await feed.post('stripe', body, { isTampered: true })
  await feed.letPass(2)
}

/** A deployment in the middle of a request. */
async function websiteBreaksOff({ feed }: Stage): Promise<void> {
  const whole = JSON.stringify(sentForm(studio(), 'contact', dice))
  await feed.post('website', whole.slice(0, 210))
  await feed.letPass(1)
}

/** The partner signs with a new secret and has told nobody. */
async function partnerChangesTheSecret({ feed }: Stage): Promise<void> {
  for (let request = 0; request < 3; request++) {
    await feed.post('portal', JSON.stringify(referral(studio(), dice)), { secret: secrets.portalNow })
    await feed.letPass(dice.between(3, 9))
  }
}

/** The chat takes a message and breaks off: nobody knows whether it is there, and it must not come twice. */
async function chatHangsUp({ feed, now }: Stage): Promise<void> {
  await feed.tell('webhooks', '/_fail?status=0&when=after&times=1')
  await feed.happen({
    at: now(),
    tool: 'stripe',
    type: 'payment_intent.payment_failed',
    object: failedPayment(studio(), 'studio', dice),
  })
  await feed.letPass(2)
}

/** Ana took the consent back. Welcome calls wait until somebody signs in again. */
async function signInIsLost({ feed, now }: Stage): Promise<void> {
  await feed.tell('google-calendar', '/_revoke')
  for (let sale = 0; sale < 3; sale++) {
    const sold = {
      id: dice.token(16),
      cents: plans.studio.cents,
      invoice: `in_${dice.token(14)}`,
      subscription: `sub_${dice.token(14)}`,
      product: plans.studio.nickname,
    }
    const at = new Date(now().getTime() + dice.between(4, 20) * MINUTE_MS)
    await feed.happen({
      at,
      tool: 'stripe',
      type: 'checkout.session.completed',
      object: checkout(studio(), sold),
    })
  }
  await feed.letPass(2)
}

/** Somebody with a studio of their own. */
function studio(): Person {
  for (;;) {
    const person = nextPerson()
    if (person.company) return person
  }
}

const asksForADemo = (person: Person, at: Date): Happening => ({
  at,
  tool: 'website',
  body: { ...sentForm(person, 'demo', dice), ...withPhone(person) },
})

/** These write their number in any case. */
function withPhone({
  email,
  firstName,
  lastName,
  fullName,
  phone,
  company,
  role,
}: Person): Record<string, unknown> {
  const contact = {
    email,
    first_name: firstName,
    last_name: lastName,
    full_name: fullName,
    phone,
    company,
    job_title: role,
  }
  return { contact }
}

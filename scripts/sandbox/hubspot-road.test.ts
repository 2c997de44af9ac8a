import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestHub } from '../../server/testing/start-test-hub.ts'
import type { TestHub } from '../../server/testing/start-test-hub.ts'
import { field, fixed, step, stripeHeaders, stripeSale, wireUp } from '../../server/testing/wire.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox } from '../sandbox.ts'

/* A rush of sales becomes contacts in HubSpot, where every contact takes two requests: look, then write. */

const SECRET = 'whsec_stripe_test'
const SALES = 90
let clock = Date.parse('2026-11-20T09:00:00Z')
const now = () => new Date(clock)
let sandbox: Sandbox
let hub: TestHub

beforeAll(async () => {
  sandbox = await startSandbox({ only: ['hubspot'], now })
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: sandbox.allowNetworks }, { now })
})

afterAll(async () => {
  await hub.close()
  await sandbox.close()
})

it(
  'stays below the vendor’s rate limit also where one delivery takes more requests than one',
  { timeout: 90_000 },
  async () => {
    const [workspace] = await hub.deps.workspaces.all()
    const wire = wireUp(hub.deps, workspace!.id)
    const stripe = await wire.connection('stripe', { signingSecret: SECRET })
    const hubspot = await wire.connection(
      'hubspot',
      { accessToken: 'sandbox-token' },
      { apiUrl: sandbox.hubspot },
    )
    const mappingId = await wire.mapping('hubspot', 'upsertContact', {})
    await wire.remap(mappingId, {
      email: { source: field('contact.email'), when: 'always' },
      firstname: { source: fixed('Friend'), when: 'only_if_empty' },
    })
    await wire.flow({
      trigger: { connectionId: stripe.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [step(hub.deps, hubspot.id, 'upsertContact', mappingId)],
    })
    for (let number = 1; number <= SALES; number++) {
      const body = stripeSale(number)
      await fetch(`${hub.url}${stripe.hookPath}`, {
        method: 'POST',
        headers: stripeHeaders(body, SECRET, now()),
        body,
      })
    }

    const { deliveries } = hub.deps.storesOf(workspace!.id)
    const delivered = async () => {
      // The stand-in and the hub read one clock: it goes on when there is nothing left to do before it does.
      await hub.settled()
      clock += 250
      const all = await deliveries.page({}, undefined, SALES)
      return all.filter(({ state, attempts }) => state === 'delivered' && attempts.length === 1)
    }
    await expect.poll(delivered, { timeout: 60_000, interval: 1 }).toHaveLength(SALES)
    const { contacts } = await (await fetch(`${sandbox.hubspot}/_received`)).json()
    expect(contacts).toHaveLength(SALES)
  },
)

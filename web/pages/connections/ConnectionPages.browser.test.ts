import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mauticClient } from '../../../scripts/sandbox/mautic.ts'
import { startSandbox } from '../../../scripts/sandbox.ts'
import type { Sandbox } from '../../../scripts/sandbox.ts'
import { startReceiver } from '../../../server/testing/start-receiver.ts'
import type { Receiver } from '../../../server/testing/start-receiver.ts'
import { field, fixed, step, stripeHeaders, stripeSale, wireUp } from '../../../server/testing/wire.ts'
import { browserPath, inBrowser, needsBrowser } from '../../testing/browser.ts'
import { findBarriers } from '../../testing/find-barriers.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site } from '../../testing/start-site.ts'

const SECRET = 'whsec_the_one_at_stripe'
const TOKEN = 'sandbox-token'
/** The page gathers news for a moment. */
const LIVE_MS = 20_000

describe.skipIf(!browserPath)(`connecting a tool${needsBrowser}`, inBrowser, () => {
  let site: Site
  let receiver: Receiver
  let sandbox: Sandbox
  let sales = 0
  beforeAll(async () => {
    ;[receiver, sandbox] = await Promise.all([startReceiver(), startSandbox({ only: ['mautic'] })])
    site = await startSite({ SWITCHYARD_ALLOW_NETWORKS: `${receiver.network},${sandbox.allowNetworks}` })
  })
  afterAll(async () => {
    await site.close()
    await Promise.all([receiver.close(), sandbox.close()])
  })

  /** A sale as Stripe would post it to this address, signed with Stripe's secret. */
  async function sell(address: string): Promise<number> {
    const body = stripeSale(++sales)
    const response = await fetch(address, {
      method: 'POST',
      headers: stripeHeaders(body, SECRET, new Date()),
      body,
    })
    await response.arrayBuffer()
    return response.status
  }

  /** Every sale at this connection is posted on to the receiver. */
  async function sendOn(connectionId: string): Promise<void> {
    const wire = wireUp(site.hub.deps, site.workspaceId)
    const out = await wire.connection('webhook', {}, { name: 'Newsletter' })
    const mappingId = await wire.mapping('webhook', 'sendWebhook', {
      url: fixed(`${receiver.url}/in`),
      type: field('event.name'),
      'data.email': field('contact.email'),
    })
    await wire.flow({
      trigger: { connectionId, events: ['order.completed'] },
      entry: 'every_event',
      steps: [step(site.hub.deps, out.id, 'sendWebhook', mappingId)],
    })
  }

  it('goes from the form beside its guide to a refused webhook, the mended secret, and the sale delivered', async () => {
    const { page, context, go, complaints } = await site.visit('owner')
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await go('/connections')
    await page.getByRole('link', { name: 'Connect a tool' }).first().click()
    await page.getByLabel('Search tools').fill('strip')
    await page.getByRole('link', { name: 'Stripe' }).click()
    await page.getByRole('heading', { name: 'How to connect Stripe' }).waitFor()

    await page.getByRole('button', { name: 'Copy' }).first().click()
    const address = await page.evaluate(() => navigator.clipboard.readText())
    expect(address).toMatch(new RegExp(`^${site.hub.url}/hooks/`))
    expect(await findBarriers(page)).toEqual([])
    // It has been given to Stripe: it is the same after a reload, and after a look at another page.
    await page.reload()
    await page.getByLabel('Name').fill('Lamp')
    await page.goBack()
    await page.getByText('Leave before Stripe is connected?').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Stay here' }).click()
    expect(await page.getByLabel('Name').inputValue()).toBe('Lamp')
    await page.getByRole('link', { name: 'Contacts' }).click()
    await page.getByRole('button', { name: 'Leave without connecting' }).click()
    await page.getByRole('heading', { name: 'Contacts' }).waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Copy' }).first().click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address)

    await page.getByLabel('Name').fill('Lamp shop')
    await page.getByLabel('Signing secret').fill('pasted from the wrong place')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('The signing secret starts with whsec_').waitFor()
    await page.getByLabel('Signing secret').fill('whsec_of_another_endpoint')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()

    await page.getByText('Waiting for the first webhook').waitFor()
    // Going back leads to the tools and to no second connection.
    await page.goBack()
    await page.getByLabel('Search tools').waitFor()
    await page.goForward()
    await page.getByRole('button', { name: 'Ask Stripe whether it works' }).click()
    await page.getByText('This is the account of Webhooks only.').waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await sendOn(id)

    expect(await sell(address)).toBe(401)
    await page.getByText('A webhook arrived and was refused').waitFor({ timeout: LIVE_MS })
    await page.getByRole('status').getByText('The signature does not match').waitFor()
    expect(await findBarriers(page)).toEqual([])

    await page.getByRole('button', { name: 'Change access' }).click()
    await page.getByRole('dialog').getByLabel('Signing secret').fill(SECRET)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('table', { name: 'Last received' }).getByRole('link').first().click()
    await page.getByRole('button', { name: 'Read again' }).click()
    await page.getByRole('button', { name: 'Read it again' }).click()
    await page.getByRole('link', { name: 'Order completed' }).click({ timeout: LIVE_MS })
    await page.getByText('Delivered', { exact: true }).waitFor({ timeout: LIVE_MS })
    expect(receiver.received.at(-1)?.json).toMatchObject({ data: { email: `cus_${sales}@example.com` } })

    await go(`/connections/${id}`)
    expect(await sell(address)).toBe(202)
    await page.getByText('A webhook has arrived and was accepted').waitFor({ timeout: LIVE_MS })
    expect(complaints).toEqual([])
  })

  it('signs in on the page of the vendor in a window of its own, tells a refusal, and closes the window by itself', async () => {
    const { page, context, go, complaints } = await site.visit('ops')
    // Whoever stops listening for a moment, at each of its renders, may miss the one thing that is said.
    await page.addInitScript(() => {
      globalThis.BroadcastChannel = class extends BroadcastChannel {
        constructor(name: string) {
          super(name)
          if (name === 'switchyard-sign-in') document.documentElement.dataset['listened'] += '|'
        }
      }
    })
    await go('/connections/new/mautic')
    await page.getByLabel('Address of Mautic').fill(sandbox.mautic)
    await page.getByLabel('How the hub signs in').selectOption({ label: 'You sign in at Mautic and agree' })
    await page.getByLabel('Public key').fill(mauticClient)
    await page.getByLabel('Secret key').fill(TOKEN)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('Mautic wants you to sign in').waitFor()

    const signIn = async (answer: string) => {
      const [popup] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('button', { name: 'Sign in at Mautic' }).click(),
      ])
      await popup.getByRole('button', { name: answer }).click()
      return popup
    }
    const refused = await signIn('No, thank you')
    await page.getByText('did not agree').first().waitFor()
    await refused.close()

    const agreed = await signIn('Agree')
    if (!agreed.isClosed()) await agreed.waitForEvent('close')
    await page.getByText(/^Signed in .* since/).waitFor()
    await page.getByRole('button', { name: 'Ask Mautic whether it works' }).click()
    await page.getByText('It works.').waitFor()
    // The words come a moment before the button is ready again: half of each would be looked at.
    await page.locator('button[data-busy]').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.documentElement.dataset['listened'])).toBe('undefined|')
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('says that the hub is out of reach, goes on by itself when it is back, and keeps what was typed', async () => {
    const { page, context, go } = await site.visit('ops')
    await go('/connections/new/hubspot')
    await page.getByLabel('Name').fill('Our HubSpot')
    await page.getByLabel('Access token').fill('pat-eu1-typed-with-care')
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('The hub cannot be reached.').waitFor()
    await page.getByText('The hub did not answer.').waitFor()
    expect(await findBarriers(page)).toEqual([])

    await context.setOffline(false)
    await page.getByText('The hub cannot be reached.').waitFor({ state: 'detached' })
    expect(await page.getByLabel('Access token').inputValue()).toBe('pat-eu1-typed-with-care')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Our HubSpot' }).waitFor()
  })

  it('does not call it a mistake when a page cannot be loaded while the hub is out of reach', async () => {
    const { page, context, go } = await site.visit('viewer')
    await go('/connections')
    await context.setOffline(true)
    // None that was open before in this browser: it may have kept that one.
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByText('This page could not be loaded').waitFor()
    expect(await findBarriers(page)).toEqual([])

    await context.setOffline(false)
    await page.getByRole('button', { name: 'Load the page again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  })

  it('renames a connection without putting back what somebody else changed of it meanwhile', async () => {
    const { id } = await wireUp(site.hub.deps, site.workspaceId).connection(
      'hubspot',
      {},
      { name: 'Old name' },
    )
    const { page, go } = await site.visit('ops')
    await go(`/connections/${id}`)
    await page.getByRole('button', { name: 'What can be done with' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await site.hub.graphql(
      `mutation { updateConnection(id: "${id}", apiUrl: "https://eu.example.com") { __typename } }`,
    )
    await page.getByRole('dialog').getByLabel('Name').fill('New name')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'New name' }).waitFor()
    expect(await site.hub.graphql(`{ connection(id: "${id}") { name apiUrl } }`)).toEqual({
      connection: { name: 'New name', apiUrl: 'https://eu.example.com' },
    })
  })

  it('says why a connection could not be paused, and never that it is when it is not', async () => {
    const wire = wireUp(site.hub.deps, site.workspaceId)
    const gone = await wire.connection('hubspot', {}, { name: 'Soon gone' })
    const { id } = await wire.connection('hubspot', {}, { name: 'Still there' })
    const { page, go } = await site.visit('ops')
    const pause = async () => {
      await page.getByRole('button', { name: 'What can be done with' }).click()
      await page.getByRole('menuitem', { name: 'Pause' }).click()
    }
    await go(`/connections/${gone.id}`)
    await site.hub.graphql(`mutation { deleteConnection(id: "${gone.id}") { __typename } }`)
    await pause()
    await page.getByText('This connection is no longer there').waitFor()
    expect(await page.getByText('is paused').count()).toBe(0)

    await go(`/connections/${id}`)
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('PauseConnection') === true ? route.abort() : route.continue(),
    )
    await pause()
    await page.getByText('The hub did not answer.').waitFor()
  })

  it('shows all connections, fifty at a time', async () => {
    const wire = wireUp(site.hub.deps, site.workspaceId)
    for (let count = 0; count < 51; count++) await wire.connection('hubspot', {}, { name: `Client ${count}` })
    const { page, go } = await site.visit('viewer')
    await go('/connections')
    await page.getByRole('link', { name: 'Client 50', exact: true }).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(50)
    await page.getByRole('link', { name: 'Older' }).click()
    await page.getByRole('link', { name: 'Client 0', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Newest' }).click()
    await page.getByRole('link', { name: 'Client 50', exact: true }).waitFor()
  })

  it.each([
    ['light', 320],
    ['dark', 1440],
  ] as const)('has no barriers and fits (%s, %i wide)', async (colorScheme, width) => {
    const { page, go } = await site.visit('owner', { width, colorScheme })
    for (const path of ['/connections', '/connections/new', '/connections/new/google-calendar']) {
      await go(path)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([path, overflow, await findBarriers(page)]).toEqual([path, 0, []])
    }
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReceiver } from '../../../server/testing/start-receiver.ts'
import type { Receiver } from '../../../server/testing/start-receiver.ts'
import { field, fixed, step, stripeHeaders, stripeSale, wireUp } from '../../../server/testing/wire.ts'
import { browserPath, needsBrowser } from '../../testing/browser.ts'
import { findBarriers } from '../../testing/find-barriers.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site } from '../../testing/start-site.ts'

const SECRET = 'whsec_stripe_test'
/** The page gathers news for a moment. */
const LIVE_MS = 20_000

describe.skipIf(!browserPath)(`what needs somebody${needsBrowser}`, () => {
  let site: Site
  let receiver: Receiver
  let shop: string
  let newsletter: string
  let sales = 0
  let aheadMs = 0
  beforeAll(async () => {
    receiver = await startReceiver()
    site = await startSite(
      { SWITCHYARD_ALLOW_NETWORKS: receiver.network },
      { now: () => new Date(Date.now() + aheadMs) },
    )
    const wire = wireUp(site.hub.deps, site.workspaceId)
    const stripe = await wire.connection('stripe', { signingSecret: SECRET }, { name: 'Lamp shop' })
    shop = site.hub.url + stripe.hookPath
    const out = await wire.connection('webhook', {}, { name: 'Newsletter' })
    newsletter = out.id
    const mappingId = await wire.mapping('webhook', 'sendWebhook', {
      url: fixed(`${receiver.url}/in`),
      type: field('event.name'),
      'data.email': field('contact.email'),
    })
    await wire.flow({
      trigger: { connectionId: stripe.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [step(site.hub.deps, out.id, 'sendWebhook', mappingId)],
    })
  })
  afterAll(async () => {
    await site.close()
    await receiver.close()
  })

  async function sell(): Promise<void> {
    const body = stripeSale(++sales)
    const headers = stripeHeaders(body, SECRET, site.hub.deps.now())
    const response = await fetch(shop, { method: 'POST', headers, body })
    expect(response.status).toBe(202)
    await response.arrayBuffer()
  }

  it('shows a destination that is down where one looks first, and that everything goes on when it is back', async () => {
    receiver.answer((_request, response) => response.writeHead(503).end())
    for (let buyer = 0; buyer < 6; buyer++) await sell()
    await site.hub.settled()

    const { page, go, complaints } = await site.visit('ops')
    await go('/')
    await page.getByText('Nothing gets through to Newsletter.').waitFor({ timeout: LIVE_MS })
    expect(await findBarriers(page)).toEqual([])
    await go('/events')
    await page.getByText('Waits', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'Order completed' }).first().click()
    await page.getByText('On hold', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Look at Newsletter' }).click()
    await page.getByText('Nothing gets through to Webhook').waitFor()
    expect(await findBarriers(page)).toEqual([])

    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    const before = receiver.received.length
    const { deliveries } = site.hub.deps.storesOf(site.workspaceId)
    const delivered = async () => {
      // The next probe is due, and after it what was tried in vain before.
      aheadMs += 31_000
      await site.hub.settled()
      return deliveries.count({ connectionId: newsletter, states: ['delivered'] }, 100)
    }
    await expect.poll(delivered, { timeout: LIVE_MS }).toBe(sales)
    const arrived = receiver.received.slice(before).map(({ json }) => JSON.stringify(json['data']))
    expect(new Set(arrived).size).toBe(sales)

    await page.reload()
    await page.getByText('Working', { exact: true }).waitFor()
    await go('/')
    await page.getByText('Delivered', { exact: true }).waitFor()
    expect(await page.getByText('Nothing gets through').count()).toBe(0)
    await go('/events')
    await page
      .getByText('Delivered', { exact: true })
      .nth(sales - 1)
      .waitFor()
    expect(complaints).toEqual([])
  })
})

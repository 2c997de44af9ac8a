import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReceiver } from '../../../server/testing/start-receiver.ts'
import type { Receiver } from '../../../server/testing/start-receiver.ts'
import {
  field,
  fixed,
  step,
  stripeHeaders,
  stripeSale,
  wireSales,
  wireUp,
} from '../../../server/testing/wire.ts'
import { browserPath, inBrowser, needsBrowser } from '../../testing/browser.ts'
import { findBarriers } from '../../testing/find-barriers.ts'
import { hasFocus } from '../../testing/has-focus.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site } from '../../testing/start-site.ts'

const SECRET = 'whsec_stripe_test'
/** The page gathers news for a moment. */
const LIVE_MS = 20_000

describe.skipIf(!browserPath)(`what needs somebody${needsBrowser}`, inBrowser, () => {
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
    const to = `${receiver.url}/in`
    const wired = await wireSales(site.hub.deps, site.workspaceId, { secret: SECRET, to })
    shop = site.hub.url + wired.shop.hookPath
    newsletter = wired.out.id
  })
  afterAll(async () => {
    await site.close()
    await receiver.close()
  })

  async function sell(address = shop): Promise<void> {
    const body = stripeSale(++sales)
    const headers = stripeHeaders(body, SECRET, site.hub.deps.now())
    const response = await fetch(address, { method: 'POST', headers, body })
    expect(response.status).toBe(202)
    await response.arrayBuffer()
  }

  it('shows a destination that is down where one looks first, and that everything goes on when it is back', async () => {
    receiver.answer((_request, response) => response.writeHead(503).end())
    for (let buyer = 0; buyer < 6; buyer++) await sell()
    await site.hub.settled()

    const { page, go, complaints } = await site.visit('ops')
    await go('/')
    await page.getByText('Nothing goes out to Newsletter').waitFor({ timeout: LIVE_MS })
    const strip = page.getByRole('table', { name: 'Your flows' }).getByRole('img')
    expect(await strip.getAttribute('aria-label')).toMatch(/: 0, .*: 6$/)
    expect(await findBarriers(page)).toEqual([])
    await go('/events')
    await page.locator('tbody').getByText('Waits', { exact: true }).first().waitFor()
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
    expect(await page.getByText('Needs you').count()).toBe(0)
    await go('/events')
    await page
      .getByText('Delivered', { exact: true })
      .nth(sales - 1)
      .waitFor()
    expect(complaints).toEqual([])
  })

  it('names the field whose formula fails, shows what a mended one makes of it, and sends just those again', async () => {
    const { deps, graphql } = site.hub
    const wire = wireUp(deps, site.workspaceId)
    const outlet = await wire.connection('stripe', { signingSecret: SECRET }, { name: 'Outlet' })
    const rows = (total: string) => ({
      url: fixed(`${receiver.url}/outlet`),
      type: field('event.name'),
      'data.total': { kind: 'formula' as const, expression: total },
    })
    const mappingId = await wire.mapping('webhook', 'sendWebhook', rows('$uppercase(event.properties.total)'))
    await wire.flow({
      trigger: { connectionId: outlet.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [step(deps, newsletter, 'sendWebhook', mappingId)],
    })
    for (let buyer = 0; buyer < 2; buyer++) await sell(site.hub.url + outlet.hookPath)
    await site.hub.settled()

    const { page, go, complaints } = await site.visit('marketer')
    await go('/')
    await page.getByText('“Data › Total” could not be made in the flow “flow”').waitFor({ timeout: LIVE_MS })
    await page.getByText('2 people go without it.').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Mend the flow' }).click()
    await page.getByText('does not match function signature').first().waitFor({ timeout: LIVE_MS })
    expect(new URL(page.url()).searchParams.get('field')).toBe('data.total')
    await page.goBack()
    await page.getByRole('button', { name: 'Preview and send again' }).click()
    await page.getByText('“Data › Total” still cannot be made').first().waitFor()
    await page.getByRole('button', { name: 'Leave it' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await hasFocus(page.getByRole('button', { name: 'Preview and send again' }))

    await graphql(
      `
        mutation ($id: ID!, $fields: JSON!) {
          saveMapping(id: $id, version: 1, fields: $fields) {
            ... on HubError {
              message
            }
          }
        }
      `,
      {
        id: mappingId,
        fields: Object.fromEntries(
          Object.entries(rows('$string(event.properties.total)')).map(([name, source]) => [
            name,
            { source, when: 'always' },
          ]),
        ),
      },
    )
    const before = receiver.received.length
    await page.getByRole('button', { name: 'Preview and send again' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Data › Total', { exact: true }).first().waitFor()
    await dialog.getByText('2 are made anew').waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(receiver.received.length).toBe(before)

    await dialog.getByRole('button', { name: 'Send 2 again' }).click()
    await dialog.getByText('2 have been sent through.').waitFor({ timeout: LIVE_MS })
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await expect
      .poll(() => receiver.received.slice(before).map(({ path }) => path), { timeout: LIVE_MS })
      .toEqual(['/outlet', '/outlet'])
    await page.getByText('could not be made in the flow').waitFor({ state: 'detached', timeout: LIVE_MS })
    expect(complaints).toEqual([])
  })

  it('puts a problem out of the way until tomorrow morning, says so instead of “all is well”, and wakes it', async () => {
    const archive = await wireSales(site.hub.deps, site.workspaceId, { secret: SECRET, to: receiver.url })
    await site.hub.graphql(`mutation { pauseConnection(id: "${archive.out.id}") { __typename } }`)
    await sell(site.hub.url + archive.shop.hookPath)
    await site.hub.settled()

    const { page, go, complaints } = await site.visit('marketer')
    await go('/')
    await page.getByRole('button', { name: 'Snooze' }).click()
    const morning = page.getByRole('menuitem', { name: 'Until tomorrow, 9:00' })
    await morning.waitFor()
    expect(await findBarriers(page)).toEqual([])
    await morning.click()
    await page.getByText('Nothing else needs you: 1 problem is snoozed').waitFor()
    expect(await page.getByText('All is well').count()).toBe(0)
    await page.getByRole('link', { name: 'See it' }).click()
    const row = page.getByRole('table', { name: 'Snoozed' }).getByRole('row').last()
    expect(await row.innerText()).toMatch(/Nothing goes out to .*1 person.* 9:00.*Mina Okafor/s)
    expect(await findBarriers(page)).toEqual([])
    await row.getByRole('button', { name: 'Wake it now' }).click()
    await page.getByRole('heading', { name: 'Needs you' }).waitFor()
    expect(await page.getByRole('table', { name: 'Snoozed' }).count()).toBe(0)
    await site.hub.graphql(`mutation { resumeConnection(id: "${archive.out.id}") { __typename } }`)
    await site.hub.settled()
    expect(complaints).toEqual([])
  })

  it('lets the keyboard go on from the heading of the part whose card or row has gone', async () => {
    const paused: string[] = []
    for (let tool = 0; tool < 2; tool++) {
      const sales = await wireSales(site.hub.deps, site.workspaceId, { secret: SECRET, to: receiver.url })
      await site.hub.graphql(`mutation { pauseConnection(id: "${sales.out.id}") { __typename } }`)
      await sell(site.hub.url + sales.shop.hookPath)
      paused.push(sales.out.id)
    }
    await site.hub.settled()
    const { page, go } = await site.visit('marketer')
    await go('/')
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    for (const [left, heading] of [
      [1, 'Needs you'],
      [0, 'Home'],
    ] as const) {
      await page.getByRole('button', { name: 'Snooze' }).first().press('Enter')
      await page.getByRole('menuitem', { name: 'For an hour' }).press('Enter')
      await page.waitForFunction(
        (count) =>
          [...document.querySelectorAll('button')].filter((one) => one.textContent === 'Snooze').length ===
          count,
        left,
      )
      await expect.poll(focused).toBe(heading)
    }
    for (const [left, heading] of [
      [1, 'Snoozed'],
      [0, 'Home'],
    ] as const) {
      await page.getByRole('button', { name: 'Wake it now' }).first().press('Enter')
      await page.waitForFunction(
        (count) =>
          [...document.querySelectorAll('button')].filter((one) => one.textContent === 'Wake it now')
            .length === count,
        left,
      )
      await expect.poll(focused).toBe(heading)
    }
    for (const id of paused)
      await site.hub.graphql(`mutation { resumeConnection(id: "${id}") { __typename } }`)
    await site.hub.settled()
  })

  it('lets somebody decide whose the names are that came with one event', async () => {
    const wire = wireUp(site.hub.deps, site.workspaceId)
    const forms = await wire.connection('webhook', {}, { name: 'Forms' })
    const arrive = async (contact: Record<string, string>) => {
      const body = JSON.stringify({ type: 'contact.updated', contact })
      const headers = { 'content-type': 'application/json' }
      await fetch(site.hub.url + forms.hookPath, { method: 'POST', headers, body })
      await site.hub.settled()
    }
    await arrive({ external_id: 'crm-1', email: 'ada@example.com', first_name: 'Ada' })
    await arrive({ email: 'lovelace@example.com', first_name: 'Lovelace'.repeat(9) })
    await arrive({ external_id: 'crm-1', email: 'lovelace@example.com' })

    const { page, go, complaints } = await site.visit('marketer', { width: 320, colorScheme: 'dark' })
    await go('/')
    await page.getByText('1 event could be about several people').waitFor()
    await page.getByRole('link', { name: 'Decide' }).click()
    await page.getByRole('rowheader', { name: 'lovelace@example.com' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    // A name of one long word leaves the page as wide as the screen.
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
    await page.getByRole('button', { name: 'All of it is Ada’s' }).click()
    await page.getByText('Nothing is in doubt').waitFor()
    await go('/contacts')
    await page.getByRole('link', { name: 'Ada', exact: true }).click()
    await page.getByRole('rowheader', { name: 'lovelace@example.com' }).first().waitFor()
    expect(complaints).toEqual([])
  })
})

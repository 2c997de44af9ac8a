import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../scripts/harness/free-port.ts'
import { startHubProcess } from '../scripts/harness/hub-process.ts'
import { startSandbox } from '../scripts/sandbox.ts'
import type { Sandbox } from '../scripts/sandbox.ts'
import { browserPath, needsBrowser, openBrowser } from './testing/browser.ts'

/* The way of the README, “Five minutes, by clicks”: from a hub that nobody has used to a sale in the CRM. */

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const way = readme.slice(readme.indexOf('## Five minutes'), readme.indexOf('## Tour'))

/** A machine that tests many things at once takes its time. */
const TIMEOUT_MS = 240_000
const WAIT_MS = 60_000

const owner = {
  'Your name': 'Ada Holm',
  Email: 'ada@shop.example',
  Password: 'a lamp for every room',
  Workspace: 'Lamp shop',
}

describe.skipIf(!browserPath)(`a newcomer${needsBrowser}`, () => {
  let sandbox: Sandbox
  let browser: Browser
  beforeAll(async () => {
    ;[sandbox, browser] = await Promise.all([startSandbox({ only: ['stripe', 'hubspot'] }), openBrowser()])
  })
  afterAll(async () => {
    await Promise.all([browser.close(), sandbox.close()])
  })

  /** Starts a hub as `npm start` does for the first time, and gives its link to a browser that has never seen it. */
  async function atAFreshHub(walk: (page: Page, setUpLink: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'switchyard-'))
    const output = join(folder, 'output')
    const hub = startHubProcess({
      port: await freePort(),
      env: {
        SWITCHYARD_DATA_DIR: join(folder, 'data'),
        SWITCHYARD_ALLOW_NETWORKS: sandbox.allowNetworks,
        SWITCHYARD_LOG_LEVEL: 'silent',
      },
      logFile: output,
    })
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    context.setDefaultTimeout(WAIT_MS)
    try {
      await hub.ready
      const printed = () => /http\S+\/set-up#\S+/.exec(readFileSync(output, 'utf8'))?.[0]
      await expect.poll(printed, { timeout: WAIT_MS }).toBeDefined()
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('pageerror', (err) => complaints.push(err.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      await walk(page, printed() ?? '')
      expect(complaints).toEqual([])
    } finally {
      await context.close()
      await hub.stop()
      rmSync(folder, { recursive: true, force: true })
      for (const vendor of [sandbox.hubspot, sandbox.stripe]) await fetch(`${vendor}/_reset`)
    }
  }

  const inTheCrm = async () => (await fetch(`${sandbox.hubspot}/_received`)).text()

  it(
    'gets from the first link to a sale in the CRM by clicks alone, in the words of the README',
    { timeout: TIMEOUT_MS },
    () =>
      atAFreshHub(async (page, setUpLink) => {
        const told = (name: string) => {
          expect(way).toContain(`**${name}**`)
          return name
        }
        const click = (role: 'button' | 'link', name: string) =>
          page
            .getByRole('main')
            .getByRole(role, { name: told(name), exact: true })
            .click()
        const fill = (label: string, value: string) => page.getByLabel(told(label)).fill(value)
        const goTo = (name: string) =>
          page
            .getByRole('navigation')
            .getByRole('link', { name: told(name) })
            .click()

        await page.goto(setUpLink)
        for (const [label, value] of Object.entries(owner)) await page.getByLabel(label).fill(value)
        await page.getByRole('button', { name: told('Create the account') }).click()
        await goTo('Flows')
        await click('link', 'Choose a recipe')
        await page.getByLabel(told('Starts in')).selectOption({ label: 'Stripe' })
        await page
          .getByRole('link', { name: new RegExp(`Stripe to HubSpot ${told('Buyer to contact')}`) })
          .click()
        await click('link', 'Connect Stripe')
        await fill('Secret key', 'rk_test_sandbox-token')
        await page.getByLabel(told('Let the hub set the webhook up')).check()
        await page.getByText(told('Another API address')).click()
        await fill('API address', sandbox.stripe)
        await click('button', 'Connect')
        await click('button', 'Go on where I was')
        await click('link', 'Connect HubSpot')
        await fill('Access token', 'sandbox-token')
        await page.getByText('Another API address').click()
        await fill('API address', sandbox.hubspot)
        await click('button', 'Connect')
        await click('button', 'Go on where I was')
        await click('button', 'Make this flow')
        await click('button', 'Turn on')
        await page.getByText('The flow is on.').waitFor()

        const vendor = await page.context().newPage()
        await vendor.goto(sandbox.stripe)
        await vendor.getByRole('link', { name: told('checkout.session.completed') }).click()
        await vendor.close()
        await goTo('Events')
        await click('link', 'Order completed')
        await page.getByText(told('Delivered'), { exact: true }).waitFor()
        expect(await inTheCrm()).toContain('"email":"anna.nowak@example.org"')
      }),
  )

  it('gets there by keyboard alone', { timeout: TIMEOUT_MS }, () =>
    atAFreshHub(async (page, setUpLink) => {
      const press = (key: string) => page.keyboard.press(key)
      const go = async (name: string | RegExp) => {
        await tabTo(page, name)
        await press('Enter')
      }
      const type = async (name: string | RegExp, value: string) => {
        await tabTo(page, name)
        await page.keyboard.type(value)
      }
      const arrivedAt = (heading: string) => page.getByRole('heading', { level: 1, name: heading }).waitFor()

      await page.goto(setUpLink)
      await arrivedAt('Set up Switchyard')
      for (const [label, value] of Object.entries(owner)) await type(label, value)
      await press('Enter')
      await arrivedAt('Home')
      await go('Flows')
      await arrivedAt('Flows')
      await go('Choose a recipe')
      await arrivedAt('New flow')
      await type('Search recipes', 'buyer hubspot')
      await page.getByText('Buyer to contact').first().waitFor()
      await go(/Stripe to HubSpot.*Buyer to contact/)
      await arrivedAt('Buyer to contact')
      await go('Connect Stripe')
      await arrivedAt('Connect Stripe')
      await type('Secret key', 'rk_test_sandbox-token')
      await tabTo(page, 'Let the hub set the webhook up')
      await press('Space')
      await go('Another API address')
      await type('API address', sandbox.stripe)
      await press('Enter')
      await page.getByText('Go on where I was').waitFor()
      await go('Go on where I was')
      await arrivedAt('Buyer to contact')
      await go('Connect HubSpot')
      await arrivedAt('Connect HubSpot')
      await type('Access token', 'sandbox-token')
      await go('Another API address')
      await type('API address', sandbox.hubspot)
      await press('Enter')
      await page.getByText('Go on where I was').waitFor()
      await go('Go on where I was')
      await arrivedAt('Buyer to contact')
      await go('Make this flow')
      await page.getByText('Saved as a draft').waitFor()
      await go('Turn on')
      await page.getByText('The flow is on.').waitFor()

      const vendor = await page.context().newPage()
      await vendor.goto(sandbox.stripe)
      await tabTo(vendor, 'checkout.session.completed')
      await vendor.keyboard.press('Enter')
      await vendor.getByText('"sent"').waitFor()
      await vendor.close()
      await go('Events')
      await arrivedAt('Events')
      await page.getByRole('link', { name: 'Order completed' }).waitFor()
      await go('Order completed')
      await page.getByText('Delivered', { exact: true }).waitFor()
      expect(await inTheCrm()).toContain('"email":"anna.nowak@example.org"')
    }),
  )
})

/** Goes by Tab to what has this name, as somebody without a mouse would; presses nothing else. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = []
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab')
    const here = await page.evaluate(() => {
      const focused = document.activeElement
      const labelled = focused instanceof HTMLInputElement ? focused.labels?.[0] : undefined
      const text = focused?.getAttribute('aria-label') ?? labelled?.textContent ?? focused?.textContent ?? ''
      return text.replaceAll(/\s+/g, ' ').trim()
    })
    seen.push(here)
    // A card says more than its name, and a field says that it may stay empty.
    const isIt = typeof name === 'string' ? here.startsWith(name) : name.test(here)
    if (isIt) return
  }
  throw new Error(`Nothing called ${name} can be reached by Tab. There is: ${[...new Set(seen)].join(', ')}.`)
}

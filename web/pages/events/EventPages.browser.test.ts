import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contactCollection, toContactDoc } from '../../../server/contacts/contact-store.ts'
import { startReceiver } from '../../../server/testing/start-receiver.ts'
import type { Receiver } from '../../../server/testing/start-receiver.ts'
import { field, fixed, step, stripeHeaders, stripeSale, wireUp } from '../../../server/testing/wire.ts'
import type { WiredConnection } from '../../../server/testing/wire.ts'
import { browserPath, inBrowser, needsBrowser } from '../../testing/browser.ts'
import { findBarriers } from '../../testing/find-barriers.ts'
import { hasFocus } from '../../testing/has-focus.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site } from '../../testing/start-site.ts'

const SECRET = 'whsec_stripe_test'
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
/** The page gathers news for a moment. */
const LIVE_MS = 20_000

describe.skipIf(!browserPath)(`events on the page${needsBrowser}`, inBrowser, () => {
  let site: Site
  let receiver: Receiver
  let stripe: WiredConnection
  /** The flow that every sale enters, and the one that waits for larger ones than there are. */
  let busy: string
  let idle: string
  let sales = 0
  beforeAll(async () => {
    receiver = await startReceiver()
    site = await startSite({ SWITCHYARD_ALLOW_NETWORKS: receiver.network })
    const wire = wireUp(site.hub.deps, site.workspaceId)
    stripe = await wire.connection('stripe', { signingSecret: SECRET }, { name: 'Lamp shop' })
    const out = await wire.connection('webhook', { signingSecret: SIGNING_SECRET }, { name: 'Newsletter' })
    const mappingId = await wire.mapping('webhook', 'sendWebhook', {
      url: fixed(`${receiver.url}/in`),
      type: field('event.name'),
      'data.email': field('contact.email'),
      'data.country': fixed('PL'),
      'data.since': fixed('0000-00-00T00:00:00Z'),
      'data.note': fixed('<p>Hello <b>you</b></p><img src="https://tracker.example/x" alt="a lamp">'),
    })
    const trigger = { connectionId: stripe.id, events: ['order.completed'] }
    const only = step(site.hub.deps, out.id, 'sendWebhook', mappingId)
    busy = await wire.flow({ trigger, entry: 'every_event', steps: [only] })
    idle = await wire.flow({
      trigger,
      entry: 'every_event',
      steps: [{ ...only, id: site.hub.deps.newId('stp') }],
      filter: { path: 'event.properties.total', op: 'greater', value: 1_000_000 } as never,
    })
  })
  afterAll(async () => {
    await site.close()
    await receiver.close()
  })

  async function sell(secret = SECRET, to = 'Ada Lovelace'): Promise<number> {
    const body = stripeSale(++sales).replace('Ada Lovelace', to)
    const response = await fetch(`${site.hub.url}${stripe.hookPath}`, {
      method: 'POST',
      headers: stripeHeaders(body, secret, new Date()),
      body,
    })
    await response.arrayBuffer()
    return response.status
  }

  async function useSecret(signingSecret: string): Promise<void> {
    const answer = await site.hub.graphql(
      `mutation ($id: ID!, $credentials: JSON!) {
        rotateConnectionSecret(id: $id, credentials: $credentials) { __typename }
      }`,
      { id: stripe.id, credentials: { signingSecret } },
    )
    expect(answer).toMatchObject({ rotateConnectionSecret: { __typename: 'Connection' } })
  }

  it('shows how to get the first event while there is none', async () => {
    const { page, go } = await site.visit('owner')
    await go('/events')
    await page.getByText('Waiting for the first event').waitFor()
    expect(await findBarriers(page)).toEqual([])
  })

  it('says at which of its views one is, whatever the list is filtered by', async () => {
    const { page, go } = await site.visit('owner')
    await go('/events?days=7')
    const here = page.getByRole('navigation', { name: 'What arrived' }).locator('[aria-current="page"]')
    expect(await here.allTextContents()).toEqual(['Events'])
    // An address can carry any number and any word.
    await go('/events?days=14')
    expect(await page.getByLabel('When').inputValue()).toBe('14')
    await go('/events?days=1000000000000')
    await page.getByText('Waiting for the first event').waitFor()
    await go('/deliveries?state=constructor')
    expect(await here.allTextContents()).toEqual(['Sent on'])
  })

  it('shows an event as it arrives, and counts instead of moving while it is paused', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    await go('/events')
    await sell()
    const link = page.getByRole('link', { name: 'Order completed' })
    await link.first().waitFor({ timeout: LIVE_MS })

    await page.getByRole('button', { name: 'Pause' }).click()
    await sell()
    await page.getByText('new since you paused').waitFor({ timeout: LIVE_MS })
    expect(await link.count()).toBe(1)
    await page.getByRole('button', { name: 'Show them' }).click()
    await link.nth(1).waitFor()
    expect(await findBarriers(page)).toEqual([])

    // Two sales that end in two deliveries are two events, and of another tool none.
    for (let sale = 0; sale < 2; sale++) await sell()
    await site.hub.settled()
    await page.getByText('2 new since you paused').waitFor({ timeout: LIVE_MS })
    await page.getByRole('button', { name: 'Go on' }).click()
    await link.nth(3).waitFor()
    expect(await page.getByText('new since you paused').count()).toBe(0)

    await page.getByLabel('From').selectOption({ label: 'Newsletter' })
    await page.getByText('No event fits').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await sell()
    await site.hub.settled()
    await page.getByLabel('From').selectOption({ label: 'Lamp shop' })
    await link.nth(4).waitFor()
    expect(await page.getByText('since you paused').count()).toBe(0)
    await page.getByLabel('When').selectOption({ label: 'The last 7 days' })
    await link.nth(4).waitFor()
    await sell()
    await page.getByText('1 new since you paused').waitFor({ timeout: LIVE_MS })
    // Whom an event is about is not part of the news.
    await page.getByLabel('Who').fill('cus_1@example.com')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1)
    expect(await page.getByText('since you paused').count()).toBe(0)
    await sell()
    await page.getByText('There may be something new since you paused').waitFor({ timeout: LIVE_MS })
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('since you paused').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  it('tells the whole way of one event: who, which flows and why not, what was sent and what they answered', async () => {
    await site.hub.settled()
    const { page, go, complaints } = await site.visit('owner')
    await go('/events')
    await page.getByRole('link', { name: 'Order completed' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Order completed' }).waitFor()
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    await page.getByText('was not met: it was').waitFor()
    await page.getByText('Delivered').waitFor()
    await page.getByText('We sent, they answered').click()
    await page.getByText('They answered 200').waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('says what a code means beside it, and what HTML says, which is never shown as HTML', async () => {
    await site.hub.settled()
    const { page, go, complaints } = await site.visit('marketer')
    await go('/events')
    await page.getByRole('link', { name: 'Order completed' }).first().click()
    const sent = page.getByRole('group', { name: 'What we send' })
    await sent.getByText('PL (Poland)').waitFor()
    await sent.getByText('Hello you\n\na lamp').waitFor()
    expect(await sent.locator('b, img').count()).toBe(0)
    await sent.getByText('Show the HTML').click()
    await sent.getByText('<p>Hello <b>you</b></p><img').waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('shows a moment that no calendar has as its tool wrote it', async () => {
    await sell()
    await site.hub.settled()
    const { page, go, complaints } = await site.visit('marketer')
    await go('/events')
    await page.getByRole('link', { name: 'Order completed' }).first().click()
    await page.getByRole('group', { name: 'What we send' }).getByText('0000-00-00T00:00:00Z').waitFor()
    expect(complaints).toEqual([])
  })

  it('shows a viewer neither addresses nor buttons that change something', async () => {
    const { page, go } = await site.visit('viewer')
    await go('/events')
    await page.getByRole('link', { name: 'Order completed' }).first().click()
    await page.getByText('Sent on').waitFor()
    expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Read again' }).count()).toBe(0)
    expect(await page.getByText(`cus_${sales}@example.com`).count()).toBe(0)
  })

  it('keeps a refused webhook with its reason, and takes it in once the secret is corrected', async () => {
    expect(await sell('whsec_of_somebody_else')).toBe(401)
    const { page, go, complaints } = await site.visit('owner')
    await go('/')
    await page.getByText('1 request of the last 24 hours was not taken in').waitFor()
    await page.getByRole('link', { name: 'See why' }).click()
    await page.getByText('The signature does not match: the signin').waitFor()
    await page.getByRole('link', { name: 'Lamp shop' }).click()
    await page.getByRole('button', { name: 'Read again' }).click()
    await page.getByRole('button', { name: 'Read it again' }).click()
    await page.getByText('It is still refused. Correct the secret of the connection.').waitFor()
    expect(await findBarriers(page)).toEqual([])

    await useSecret('whsec_of_somebody_else')
    await page.getByRole('button', { name: 'Read it again' }).click()
    await page.getByText('Taken in').waitFor({ timeout: LIVE_MS })
    await page.getByRole('link', { name: 'Order completed' }).waitFor({ timeout: LIVE_MS })
    await useSecret(SECRET)
    expect(complaints).toEqual([])
  })

  it('reads everything that was not taken in again, after a look at what would come of it', async () => {
    // The former secrets are taken for another day.
    for (let sale = 0; sale < 2; sale++) expect(await sell('whsec_of_a_third')).toBe(401)
    const { page, go, complaints } = await site.visit('marketer')
    await go('/receipts')
    await page.getByRole('button', { name: 'Read them again' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('It is still refused. Correct the secret of the connection.').first().waitFor()
    expect(await findBarriers(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Leave it' }).click()

    await useSecret('whsec_of_a_third')
    await page.getByRole('button', { name: 'Read them again' }).click()
    await dialog.getByText('Order completed: new').first().waitFor()
    await dialog.getByRole('button', { name: 'Read 2 again' }).click()
    await dialog.getByText('2 have been sent through.').waitFor({ timeout: LIVE_MS })
    await dialog.getByRole('link', { name: 'See what is still not taken in' }).click()
    await page.getByText('Everything that arrived was taken in').waitFor({ timeout: LIVE_MS })
    await useSecret(SECRET)
    expect(complaints).toEqual([])
  })

  it('finds a person by address, and says so where nobody has it', async () => {
    const { contacts, contactChanges } = site.hub.deps.storesOf(site.workspaceId)
    const ada = await contacts.findByAddress('email', 'cus_1@example.com')
    await contactChanges.add({
      id: 'moved',
      contactId: ada!.id,
      eventId: 'gone',
      source: stripe.id,
      revision: 2,
      changes: [
        {
          field: 'address',
          old: { street: 'Long 1', city: 'Lund' },
          new: { street: 'Long 1', city: 'Malmö' },
        },
        { field: 'children', old: null, new: [{ name: 'Ida', age: 7 }, { name: 'Bo' }] },
      ],
      at: site.hub.deps.now(),
    })
    const { email: _email, ...nameless } = ada!
    const till = { type: 'external_id', namespace: stripe.id, value: 'till-7', source: stripe.id } as const
    await contactCollection(site.hub.deps.database.connection).insertOne(
      toContactDoc({ ...nameless, id: 'ctc_till', identities: [{ ...till, firstSeenAt: ada!.createdAt }] }),
    )
    const { page, go, complaints } = await site.visit('owner')
    await go('/events')
    await page.getByLabel('Who').fill('nobody@example.com')
    await page.keyboard.press('Enter')
    await page.getByText('Nobody here has this address').waitFor()
    await page.getByRole('link', { name: 'Show all events' }).click()
    await page.getByLabel('Who').fill('cus_1@example.com')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1)
    await page.getByRole('link', { name: 'Ada Lovelace' }).click()
    await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor()
    const moved = page.getByRole('group', { name: 'By an event that is gone' })
    expect(await moved.locator('dt').allInnerTexts()).toEqual(['Address › City', 'Children'])
    expect(await moved.locator('del, ins').allInnerTexts()).toEqual([
      'Lund',
      'Malmö',
      'First › Name: Ida\nFirst › Age: 7\nNo. 2 › Name: Bo',
    ])
    expect(await findBarriers(page)).toEqual([])
    await go('/contacts')
    await page.getByRole('link', { name: 'Ada Lovelace' }).first().waitFor()
    // Of the same name and without an address: told apart by what a tool calls them.
    await page.getByRole('row', { name: 'till-7' }).getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('lists what was sent on by how it went, and sends what was refused there once more', async () => {
    receiver.answer((_request, response) => response.writeHead(422).end('{}'))
    await sell()
    await site.hub.settled()
    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    const { page, go, complaints } = await site.visit('marketer')
    await go('/')
    await page.getByRole('link', { name: 'Refused there' }).click()
    const rows = page.locator('tbody tr')
    await rows.getByText('Refused there').waitFor()
    expect(await rows.count()).toBe(1)
    expect(await findBarriers(page)).toEqual([])
    // The reason beside it leaves room for the words, on a small screen too.
    const wide = page.viewportSize()
    await page.setViewportSize({ width: 320, height: 800 })
    expect((await rows.getByText('Refused there').boundingBox())?.height).toBeLessThan(30)
    if (wide) await page.setViewportSize(wide)

    await page.getByRole('button', { name: 'Send them again' }).click()
    await page.getByRole('button', { name: 'Send 1 again' }).click()
    await page.getByText('1 has been sent through.').waitFor({ timeout: LIVE_MS })
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await page.getByText('No delivery fits').waitFor({ timeout: LIVE_MS })
    await page.getByRole('link', { name: 'Show all deliveries' }).click()
    await page.getByLabel('How it went').selectOption({ label: 'Delivered' })
    await page.waitForFunction((count) => document.querySelectorAll('tbody tr').length === count, sales)
    await rows.getByRole('link', { name: 'Newsletter' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Order completed' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('keeps what a list is narrowed down to as a view for everybody, by keyboard, and says when it has changed', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    await go('/events')
    await page.getByLabel('From').selectOption({ label: 'Lamp shop' })
    await page.getByLabel('When').selectOption({ label: 'The last 7 days' })
    await page.getByRole('button', { name: 'Save view' }).press('Enter')
    await hasFocus(page.getByRole('textbox', { name: 'Name' }))
    await page.keyboard.type('Sales of the week')
    await page.keyboard.press('Enter')
    const views = page.getByRole('navigation', { name: 'Saved views' })
    const inUse = views.locator('[aria-current]')
    await inUse.getByText('Sales of the week').waitFor()
    await page.getByText('“Sales of the week”, saved by Mina Okafor').waitFor()
    await hasFocus(page.getByRole('group', { name: 'Saved views' }))
    expect(await findBarriers(page)).toEqual([])

    await page.getByLabel('When').selectOption({ label: 'The last 30 days' })
    await page.getByText('with changes that are not saved').waitFor()
    await page.getByRole('button', { name: 'Save as new' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('SALES of the week')
    await page.keyboard.press('Enter')
    await page.getByText('has a view of that name already').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('saved by Mina Okafor').waitFor()
    const link = page.url()
    const wordsIn = (url: string) => Object.fromEntries(new URL(url).searchParams)

    const viewer = await site.visit('viewer')
    await viewer.go('/events')
    await viewer.page.getByRole('link', { name: 'Sales of the week' }).click()
    await viewer.page.getByText('saved by Mina Okafor').waitFor()
    expect(wordsIn(viewer.page.url())).toEqual(wordsIn(link))
    expect(await viewer.page.getByLabel('When').inputValue()).toBe('30')
    expect(await viewer.page.getByLabel('Who').count()).toBe(0)
    expect(await viewer.page.getByRole('button', { name: /view/i }).count()).toBe(0)

    const menu = page.getByRole('button', { name: 'Rename or delete the view' })
    await menu.click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Sales of the month')
    await page.keyboard.press('Enter')
    await inUse.getByText('Sales of the month').waitFor()
    await menu.click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('dialog', { name: 'Delete the view “Sales of the month”?' }).waitFor()
    await page.getByRole('button', { name: 'Delete it' }).click()
    // What it showed stays, to be saved again.
    await page.getByRole('button', { name: 'Save view' }).waitFor()
    expect(await page.getByLabel('When').inputValue()).toBe('30')
    expect(await views.count()).toBe(0)
    expect([...complaints, ...viewer.complaints]).toEqual([])
  })

  it('opens a view whose connection and flow are deleted, and says so', async () => {
    const made = await site.hub.graphql(
      `mutation { createView(list: deliveries, name: "Old road", filter: { connectionId: "con_gone", flowId: "flw_gone" }) {
        __typename
      } }`,
    )
    expect(made).toMatchObject({ createView: { __typename: 'View' } })
    const { page, go, complaints } = await site.visit('viewer', { width: 320 })
    await go('/deliveries')
    await page.getByRole('link', { name: 'Old road' }).click()
    await page.getByText('The connection that this list is narrowed down to has been deleted').waitFor()
    await page.getByText('The flow that this list is narrowed down to has been deleted').waitFor()
    await page.getByText('“Old road”, saved by Operator').waitFor()
    const chosen = page.getByRole('search').locator('option:checked')
    expect(await chosen.allTextContents()).toEqual([
      'Anyhow',
      'A deleted connection',
      'A deleted flow',
      'Any time',
    ])
    await page.getByText('No delivery fits').waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('shows what was sent on while nobody looked at the tab', async () => {
    const { page, go } = await site.visit('marketer')
    await go('/deliveries')
    const rows = page.locator('tbody tr')
    const before = await rows.count()
    const look = (state: string) =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await look('hidden')
    await sell()
    await site.hub.settled()
    await look('visible')
    await expect.poll(() => rows.count(), { timeout: LIVE_MS }).toBe(before + 1)
  })

  it('never shows the rows of one filter under another, and says that they are on their way', async () => {
    const { page, go } = await site.visit('marketer')
    await go('/deliveries')
    const rows = page.locator('tbody tr')
    await rows.first().waitFor()
    let answer = (): void => undefined
    const isHeld = new Promise<void>((resolve) => (answer = resolve))
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('query Deliveries(')) await isHeld
      await route.continue()
    })
    await page.getByLabel('How it went').selectOption({ label: 'Delivered' })
    await page.locator('[data-loading]').first().waitFor()
    expect(await rows.count()).toBe(0)
    // What happens meanwhile does not begin it all over again.
    await sell()
    await site.hub.settled()
    answer()
    await rows.nth(sales - 1).waitFor({ timeout: LIVE_MS })
  })

  it('says that something could not be loaded, and not that it is deleted or nobody, and tries again', async () => {
    const { deps } = site.hub
    const wire = wireUp(deps, site.workspaceId)
    const mappingId = await wire.mapping('webhook', 'sendWebhook', {})
    const flowId = await wire.flow({
      trigger: { connectionId: stripe.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [],
    })
    const { page, go, complaints } = await site.visit('owner')
    for (const [path, field, there] of [
      [`/connections/${stripe.id}`, 'connection', 'Lamp shop'],
      [`/mappings/${mappingId}`, 'mapping', 'Earlier versions'],
      [`/flows/${flowId}/history`, 'flow', 'Version 1'],
      ['/flows/new?recipe=stripe--hubspot%2Fbuyer-to-contact', 'recipe', 'Buyer to contact'],
      ['/events?person=cus_1%40example.com', 'findContact', 'Ada Lovelace'],
      ['/contacts?person=cus_1%40example.com', 'findContact', 'Ada Lovelace'],
    ] as const) {
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes(`${field}(`)) return route.continue()
        const response = await route.fetch()
        const whole: { data: Record<string, unknown> } = await response.json()
        const errors = [{ message: 'Something is wrong.', path: [field], extensions: { code: 'internal' } }]
        return route.fulfill({ response, json: { data: { ...whole.data, [field]: null }, errors } })
      })
      await go(path)
      const again = page.getByRole('button', { name: 'Try again' }).first()
      await again.waitFor()
      expect(
        await page.getByText(/no such|no longer there|Nobody here|never been/).allTextContents(),
      ).toEqual([])
      await page.unrouteAll({ behavior: 'wait' })
      await again.click()
      await page.getByText(there).first().waitFor()
    }
    await go('/receipts?after=x')
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    expect(complaints).toEqual([])
    await site.hub.graphql(`mutation { deleteFlow(id: "${flowId}") { __typename } }`)
  })

  it('opens a person whose name cannot be seen, and fits a narrow screen where it is one long word', async () => {
    const { contacts } = site.hub.deps.storesOf(site.workspaceId)
    const ada = (await contacts.findByAddress('email', 'cus_1@example.com'))!
    const named = (id: string, full_name: string) => {
      const { email: _email, ...nameless } = ada
      const known = { source: stripe.id, firstSeenAt: ada.createdAt }
      return toContactDoc({
        ...nameless,
        id,
        profile: {
          full_name: { value: full_name, source: stripe.id, changedAt: ada.createdAt.toISOString() },
        },
        identities: [{ type: 'external_id', namespace: stripe.id, value: `${id}-till`, ...known }],
      })
    }
    const docs = [
      named('ctc_unseen', '\u200B\u2060 \u00AD'),
      named('ctc_long', 'Wolfeschlegelstein'.repeat(5)),
    ]
    await contactCollection(site.hub.deps.database.connection).insertMany(docs)
    const { page, go } = await site.visit('owner', { width: 390 })
    await go('/contacts')
    await page.getByRole('link', { name: 'ctc_unseen-till' }).click()
    await page.getByRole('heading', { level: 1, name: 'ctc_unseen-till' }).waitFor()
    for (const path of ['/contacts', '/contacts/ctc_long']) {
      await go(path)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([path, overflow]).toEqual([path, 0])
    }
  })

  it('fits a phone where the person of an event or the flow of a connection is called by one long word', async () => {
    const long = 'Wolfeschlegelstein'.repeat(4)
    const trigger = { connectionId: stripe.id, events: ['order.completed'] }
    await site.hub.graphql(
      `mutation ($name: String!, $definition: FlowDefinitionInput!) {
        createFlow(name: $name, definition: $definition) { __typename }
      }`,
      { name: long, definition: { trigger, steps: [] } },
    )
    await sell(SECRET, long)
    await site.hub.settled()
    const { page, go } = await site.visit('owner', { width: 320 })
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    await go(`/connections/${stripe.id}`)
    await page.getByRole('link', { name: long }).waitFor()
    expect(await overflow()).toBe(0)
    await go('/events')
    await page.getByRole('link', { name: 'Order completed' }).first().click()
    await page.getByRole('heading', { name: long }).waitFor()
    expect(await overflow()).toBe(0)
  })

  it('finds events by the flow that ran and by what needs you, as they come, in the address and as a view', async () => {
    const refuseOne = async () => {
      receiver.answer((_request, response) => response.writeHead(422).end('{}'))
      await sell()
      await site.hub.settled()
      receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    }
    await sell()
    await site.hub.settled()
    const { page, go, complaints } = await site.visit('marketer')
    await go('/events')
    const rows = page.locator('tbody tr')
    await rows.first().waitFor()
    const flow = page.getByLabel('Flow that ran')
    await flow.selectOption(idle)
    await page.getByText('No event fits').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Show all events' }).click()
    await rows.first().waitFor()
    expect([await flow.inputValue(), new URL(page.url()).search]).toEqual(['', ''])

    await flow.selectOption(busy)
    await rows.getByText('Delivered').first().waitFor()
    await page.getByLabel('Outcome').selectOption({ label: 'Needs you' })
    await page.getByText('No event fits').waitFor()
    await sell()
    await site.hub.settled()
    await refuseOne()
    await rows.getByText('Needs you').waitFor({ timeout: LIVE_MS })
    expect(await rows.count()).toBe(1)
    await page.getByRole('button', { name: 'Pause' }).click()
    await refuseOne()
    await page.getByText('There may be something new since you paused').waitFor({ timeout: LIVE_MS })
    expect(await rows.count()).toBe(1)
    await page.getByRole('button', { name: 'Show them' }).click()
    await rows.getByText('Needs you').nth(1).waitFor()
    expect(await findBarriers(page)).toEqual([])
    const narrowed = { flow: busy, state: 'needs_you' }
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual(narrowed)
    // Requests are not read again by what was found in them.
    expect(await page.getByRole('button', { name: 'Read them again' }).count()).toBe(0)

    await page.getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('To mend')
    await page.keyboard.press('Enter')
    await page.getByText('“To mend”, saved by Mina Okafor').waitFor()
    const viewer = await site.visit('viewer', { width: 320 })
    await viewer.go('/events?state=constructor')
    expect(await viewer.page.getByLabel('Outcome').inputValue()).toBe('')
    await viewer.page.getByRole('link', { name: 'To mend' }).click()
    await viewer.page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 2)
    expect(Object.fromEntries(new URL(viewer.page.url()).searchParams)).toMatchObject(narrowed)
    await viewer.go('/events?flow=flw_gone')
    await viewer.page.getByText('The flow that this list is narrowed down to has been deleted').waitFor()
    expect(await findBarriers(viewer.page)).toEqual([])
    expect([...complaints, ...viewer.complaints]).toEqual([])
  })

  it.each([320, 1440])('fits a screen %i wide, in the dark too', async (width) => {
    const { page, go } = await site.visit('owner', { width, colorScheme: 'dark' })
    for (const path of ['/events', '/deliveries', '/receipts', '/contacts']) {
      await go(path)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([path, overflow]).toEqual([path, 0])
      expect(await findBarriers(page)).toEqual([])
    }
  })
})

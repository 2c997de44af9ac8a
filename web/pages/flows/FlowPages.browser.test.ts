import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flowVersionModel } from '../../../server/flows/flow-store.ts'
import { fixed, step, stripeHeaders, stripeSale, wireUp } from '../../../server/testing/wire.ts'
import type { WiredConnection } from '../../../server/testing/wire.ts'
import { browserPath, needsBrowser } from '../../testing/browser.ts'
import { findBarriers } from '../../testing/find-barriers.ts'
import { hasFocus } from '../../testing/has-focus.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site } from '../../testing/start-site.ts'

const SECRET = 'whsec_stripe_test'
/** What the hub does by itself every few seconds. */
const LIVE_MS = 20_000

describe.skipIf(!browserPath)(`flows on the page${needsBrowser}`, () => {
  let site: Site
  let stripe: WiredConnection
  let chat: string
  beforeAll(async () => {
    site = await startSite()
    const wire = wireUp(site.hub.deps, site.workspaceId)
    stripe = await wire.connection('stripe', { signingSecret: SECRET }, { name: 'Lamp shop' })
    await wire.connection('hubspot', { accessToken: 'pat-eu1-test' }, { name: 'Sales team' })
    await wire.connection('webhook', {}, { name: 'Website' })
    chat = (await wire.connection('webhook', {}, { name: 'Team chat' })).id
    for (const number of [1, 2, 3]) await sell(number)
    await site.hub.settled()
  })
  afterAll(() => site.close())

  async function sell(number: number, { hookPath } = stripe): Promise<void> {
    const body = stripeSale(number)
    const headers = stripeHeaders(body, SECRET, new Date())
    const response = await fetch(`${site.hub.url}${hookPath}`, { method: 'POST', headers, body })
    await response.arrayBuffer()
  }

  /** Goes by Tab to what has this name, as somebody without a mouse would. */
  async function tabTo(page: Page, name: RegExp | string): Promise<void> {
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press('Tab')
      const label = await page.evaluate(() => {
        const here = document.activeElement
        const labels =
          here instanceof HTMLInputElement || here instanceof HTMLSelectElement ? here.labels : null
        return (
          here?.getAttribute('aria-label') ??
          labels?.[0]?.textContent ??
          here?.textContent ??
          ''
        ).trim()
      })
      if (typeof name === 'string' ? label === name : name.test(label)) return
    }
    throw new Error(`Nothing called ${name} can be reached by Tab.`)
  }

  /** Goes by arrow to a choice of the list that has the focus. */
  async function choose(page: Page, label: string): Promise<void> {
    for (let presses = 0; presses < 80; presses++) {
      const present = await page.evaluate(() => {
        const here = document.activeElement
        return here instanceof HTMLSelectElement ? here.selectedOptions[0]?.label : undefined
      })
      if (present === label) return
      await page.keyboard.press('ArrowDown')
    }
    throw new Error(`There is no choice “${label}”.`)
  }

  async function saved(page: Page): Promise<void> {
    await page.getByText(/Saved as a draft|Changes are saved/).waitFor()
  }

  it('makes a flow of a recipe and turns it on, by clicks alone', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    await go('/flows')
    await page.getByRole('link', { name: 'Choose a recipe' }).click()
    await page.getByRole('heading', { name: 'After a sale' }).first().waitFor()
    await page.getByRole('link', { name: /Stripe to HubSpot Buyer to contact/ }).click()
    await page.getByRole('table', { name: 'What is sent' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    // What was typed is still there after a reload, and going back makes no second flow.
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('Buyers')
    await page.reload()
    await expect.poll(() => name.inputValue()).toBe('Buyers')
    await name.fill('Buyer to contact')
    await page.getByRole('button', { name: 'Make this flow' }).click()
    await page.getByRole('heading', { level: 1, name: 'Buyer to contact' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'New flow' }).waitFor()
    await page.goForward()

    await page.getByRole('heading', { level: 1, name: 'Buyer to contact' }).waitFor()
    await page.getByRole('button', { name: /When New sale · Lamp shop/ }).click()
    await page.getByText('3 such events came in the last 7 days').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByText('The flow is on.').waitFor()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page
      .getByLabel('How often')
      .selectOption({ label: 'Once for each person, the first time it happens' })
    await page.getByRole('button', { name: 'Publish the changes' }).click()
    await page.getByText('The changes are published.').waitFor()
    expect(complaints).toEqual([])
  })

  it('makes a whole automation of one recipe: three steps, the right account of two, and what is missing named', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    await go('/flows/new?q=team chat')
    const card = page.getByRole('link', { name: /^Stripe to HubSpot and Webhook Payment failed → task/ })
    expect(await card.getByText(/^Needs/).count()).toBe(0)
    await card.click()
    await page.getByText('Connect or choose what is missing above').waitFor()
    await page.getByText('3. Failed payment to the team chat: Send a request, never twice · Webhook').click()
    await page.getByText('You fill it in afterwards').waitFor()
    await page.getByText('what only you know: “Address” of “Failed payment to the team chat”.').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByLabel('Then: Send a request, never twice').selectOption({ label: 'Team chat' })
    await page.getByRole('button', { name: 'Make this flow' }).click()

    await page.getByRole('heading', { level: 1, name: 'Payment failed → task and team chat' }).waitFor()
    await page.getByRole('link', { name: /“Address”/ }).click()
    await page.getByRole('combobox', { name: 'What Address gets' }).fill('rooms/billing')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Use from now on' }).click()
    await page.getByText('All changes are saved (version 2)').waitFor()
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByText('The flow is on.').waitFor()
    const { steps } = (await flowNamed('Payment failed → task and team chat')).draft
    expect(steps.map(({ actionId }) => actionId)).toEqual(['upsertContact', 'createTask', 'httpRequestOnce'])
    expect(steps[2]?.connectionId).toBe(chat)
    expect(complaints).toEqual([])
  })

  it('shows first what can be made with the tools one has, and finds a recipe by keyboard alone', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    await go('/flows/new')
    const mine = page.getByRole('region', { name: 'With the tools you have' })
    const others = page.getByRole('region', { name: 'With another tool' })
    expect(await mine.getByText(/^Needs/).count()).toBe(0)
    expect(await others.getByRole('listitem').count()).toBe(await others.getByText(/^Needs/).count())
    const sales = mine.getByRole('list', { name: 'After a sale' }).first()
    expect(await sales.getByRole('link').count()).toBeGreaterThan(2)
    expect(await findBarriers(page)).toEqual([])

    await page.getByLabel('Starts in').selectOption({ label: 'Stripe' })
    expect(await page.getByLabel('Does something in').getByRole('option').allTextContents()).not.toContain(
      'Stripe',
    )
    await page.getByRole('searchbox').focus()
    await page.keyboard.type('buyer hubspot')
    await page.getByRole('status').filter({ hasText: '2 recipes' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Sale to deal' }).waitFor()
    await page.getByRole('link', { name: 'Recipes' }).click()
    await page.getByRole('status').filter({ hasText: '2 recipes' }).waitFor()
    await page.getByRole('searchbox').fill('nothing like it')
    await page.getByRole('button', { name: 'Show all recipes' }).click()
    await page.getByRole('heading', { name: 'After a sale' }).first().waitFor()
    expect(complaints).toEqual([])
  })

  it('makes one flow, however often somebody presses while the next page is on its way', async () => {
    const { page, go } = await site.visit('marketer')
    await go('/flows/new')
    await page.getByRole('button', { name: /^Empty flow/ }).click()
    await page.getByLabel('Name').fill('Impatient')
    let arrive = () => {}
    const onItsWay = new Promise<void>((resolve) => (arrive = resolve))
    await page.route('**/assets/FlowPage-*.js', async (route) => {
      await onItsWay
      await route.continue()
    })
    const press = page.getByRole('button', { name: 'Make the flow' })
    const asked = page.waitForRequest('**/assets/FlowPage-*.js')
    await press.click()
    await asked
    await press.click({ force: true })
    await page.getByLabel('Name').press('Enter')
    expect(await press.isDisabled()).toBe(true)
    arrive()
    await page.getByRole('heading', { level: 1, name: 'Impatient' }).waitFor()
    const items = await site.hub.deps.storesOf(site.workspaceId).flows.page(undefined, 50)
    expect(items.filter(({ name }) => name === 'Impatient')).toHaveLength(1)
  })

  it('turns a flow on once, however often somebody presses while the last change is still being saved', async () => {
    const { page, go } = await site.visit('marketer')
    const { steps } = (await flowNamed('Buyer to contact')).draft
    const trigger = { connectionId: stripe.id, events: ['order.completed'] }
    const { id } = await make('In a hurry', { trigger, steps })
    await go(`/flows/${id}?open=when`)
    let arrive = () => {}
    const onItsWay = new Promise<void>((resolve) => (arrive = resolve))
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('mutation SaveFlowDraft')) await onItsWay
      await route.continue()
    })
    await page
      .getByLabel('How often')
      .selectOption({ label: 'Once for each person, the first time it happens' })
    const press = page.getByRole('button', { name: 'Turn on' })
    await press.click()
    expect(await press.isDisabled()).toBe(true)
    await press.click({ force: true })
    arrive()
    await page.getByText('The flow is on.').waitFor()
    const flow = await site.hub.deps.storesOf(site.workspaceId).flows.find(id)
    expect(flow).toMatchObject({ latestVersion: 1, draft: { entry: 'once_per_contact' } })
  })

  it('says which tool a recipe still needs, and leads there and back', async () => {
    const { page, go, complaints } = await site.visit('owner')
    await go('/flows/new?q=mautic')
    await page
      .getByRole('link', { name: /Mautic/ })
      .filter({ hasText: 'Needs Mautic' })
      .first()
      .click()
    await page.getByRole('link', { name: 'Connect Mautic' }).click()
    await page.getByRole('heading', { level: 1, name: 'Connect Mautic' }).waitFor()
    expect(new URL(page.url()).searchParams.get('to')).toMatch(/^\/flows\/new\?.*recipe=/)
    await go(`/connections/${stripe.id}?to=${encodeURIComponent('/flows/new?q=sale')}`)
    await page.getByRole('button', { name: 'Go on where I was' }).click()
    await page.getByRole('heading', { level: 1, name: 'New flow' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('is made by keyboard alone: what happens, a condition, what to do, in another order', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    await go('/flows/new')
    await tabTo(page, /^Empty flow/)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo(page, /^Name of the flow/)
    await page.keyboard.type('Larger orders')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Larger orders' }).waitFor()

    await tabTo(page, /^In which tool/)
    await page.keyboard.press('Home')
    await choose(page, 'Lamp shop')
    await tabTo(page, /^New sale/)
    await page.keyboard.press('Space')
    await page.getByText('3 such events came').waitFor()

    await tabTo(page, /^Only if/)
    await page.keyboard.press('Enter')
    await tabTo(page, 'Add a condition')
    await page.keyboard.press('Enter')
    await page.keyboard.type('total')
    await page
      .getByRole('option', { name: /^total/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await choose(page, 'is at least')
    await page.keyboard.press('Tab')
    await page.keyboard.type('10.02')
    await page.getByText('2 of the last 3 events would pass.').waitFor()
    await page.getByRole('button', { name: /Only if total is at least 10.02/ }).waitFor()

    for (const does of ['Create a task', 'Add a note']) {
      await tabTo(page, /^Add (what to do|a step)$/)
      await page.keyboard.press('Enter')
      await tabTo(page, /^In which tool/)
      await choose(page, 'Sales team')
      await tabTo(page, /^What to do there/)
      await choose(page, does)
    }
    await tabTo(page, 'Move up')
    await page.keyboard.press('Enter')
    await page.getByText('is now step 1 of 2.').waitFor()
    await hasFocus(page.getByRole('button', { name: 'Move down' }).first())
    await saved(page)
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('names what is missing, and each leads to where it is mended', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    const { id } = await make('Not complete', { trigger: { events: [] }, steps: [] })
    await go(`/flows/${id}`)
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByText('Something is missing; it is named on this page.').waitFor()
    await page.getByRole('link', { name: 'Choose what has to happen' }).click()
    await page.getByRole('group', { name: 'What has to happen' }).waitFor()
    await page.waitForFunction(() => document.activeElement?.closest('#when-events'))
    await page.getByRole('link', { name: 'Add something to do' }).click()
    await page.waitForFunction(() => document.activeElement?.id === 'add-step')
    expect(complaints).toEqual([])
  })

  it('keeps two people from overwriting each other, and says so in words', async () => {
    const { page, go } = await site.visit('marketer')
    const { id } = await make('Of two people', { trigger: { events: [] }, steps: [] })
    await go(`/flows/${id}?open=when`)
    const trigger = { connectionId: stripe.id, events: ['payment.failed'] }
    await save(id, { trigger, steps: [] })
    await page.getByLabel('How often').selectOption({ index: 1 })
    await page.getByText('Somebody else changed this flow while you did').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Take theirs' }).click()
    await page.getByRole('button', { name: /When Payment failed · Lamp shop/ }).waitFor()
  })

  it('shows what there was before once changes are discarded, and brings none of them back', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    const wire = wireUp(site.hub.deps, site.workspaceId)
    const mappingId = await wire.mapping('webhook', 'httpRequest', { url: fixed('https://chat.example') })
    const { kind: _kind, ...only } = step(site.hub.deps, chat, 'httpRequest', mappingId)
    const trigger = { connectionId: stripe.id, events: ['order.completed'] }
    const filter = { path: 'event.properties.total', op: 'at_least', value: 50 }
    const { id } = await make('As it was', { trigger, filter, steps: [only] })
    await site.hub.graphql(`mutation { publishFlow(id: "${id}") { __typename } }`)
    const discard = async () => {
      await page.getByRole('button', { name: 'What can be done with' }).click()
      await page.getByRole('menuitem', { name: 'Discard changes' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Discard the changes' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    const value = page.getByLabel('What total is compared with')

    await go(`/flows/${id}?open=if`)
    await value.fill('75')
    await page.getByRole('button', { name: 'Only if total is at least 75' }).waitFor()
    await page.getByText('Changes are saved').waitFor()
    await discard()
    await expect.poll(() => value.inputValue()).toBe('50')

    await go(`/flows/${id}?open=${only.id}`)
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('button', { name: 'Put it back' }).waitFor()
    await discard()
    await page.getByRole('button', { name: /^Do Send a request/ }).waitFor()
    expect(await page.getByRole('button', { name: 'Put it back' }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('lets nobody type a value before it is known what kind of value it is', async () => {
    const { page } = await site.visit('marketer')
    const trigger = { connectionId: stripe.id, events: ['order.completed'] }
    const filter = { path: 'event.properties.total', op: 'at_least', value: 50 }
    const { id } = await make('Of kinds', { trigger, filter, steps: [] })
    const { promise: isKnown, resolve: tell } = Promise.withResolvers<void>()
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('TryFilter')) await isKnown
      await route.fallback()
    })
    await page.goto(`${site.hub.url}/flows/${id}?open=if`)
    await page.getByRole('button', { name: 'Only if total is at least 50' }).waitFor()
    await page.getByRole('status', { name: 'Loading' }).waitFor()
    const value = page.getByLabel('What total is compared with')
    expect(await value.count()).toBe(0)
    tell()
    await value.fill('75')
    await page.getByRole('button', { name: 'Only if total is at least 75' }).waitFor()
    await saved(page)
    const { flow } = await site.hub.graphql<{ flow: unknown }>(`{ flow(id: "${id}") { draft { filter } } }`)
    expect(flow).toEqual({ draft: { filter: { ...filter, value: 75 } } })
  })

  it('understands a number with a decimal comma, and takes no guess where it may part thousands', async () => {
    const { page, go } = await site.visit('marketer')
    const trigger = { connectionId: stripe.id, events: ['order.completed'] }
    const filter = { path: 'event.properties.total', op: 'at_least', value: 50 }
    const { id } = await make('Of amounts', { trigger, filter, steps: [] })
    await go(`/flows/${id}?open=if`)
    await page.getByText('0 of the last 3 events would pass.').waitFor()
    await page.getByLabel('What total is compared with').fill('10,02')
    await page.getByText('2 of the last 3 events would pass.').waitFor()
    await page.getByRole('button', { name: /Only if total is at least 10.02/ }).waitFor()
    await page.getByLabel('What total is compared with').fill('1,500')
    await page.getByRole('button', { name: /Only if total is at least 1,500/ }).waitFor()
    await saved(page)
    const { flow } = await site.hub.graphql<{ flow: unknown }>(`{ flow(id: "${id}") { draft { filter } } }`)
    expect(flow).toEqual({ draft: { filter: { ...filter, value: '1,500' } } })
  })

  it('tells in words what changed from version to version, and goes back', async () => {
    const { page, go, complaints } = await site.visit('marketer')
    const { steps } = (await flowNamed('Buyer to contact')).draft
    const definition = { trigger: { connectionId: stripe.id, events: ['order.completed'] }, steps }
    const { id } = await make('With a past', definition)
    const publish = () => site.hub.graphql(`mutation { publishFlow(id: "${id}") { __typename } }`)
    await publish()
    const filter = { path: 'event.properties.total', op: 'at_least', value: 50 }
    await save(id, { ...definition, filter })
    await publish()

    await go(`/flows/${id}`)
    await page.getByRole('link', { name: 'History' }).click()
    await page.getByText('Only if “total is at least 50” is new.').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Go back to version 1' }).click()
    await page.getByRole('button', { name: 'Go back to it' }).click()
    await page.getByRole('heading', { name: 'Version 3' }).waitFor()
    await page.getByText('Only if “total is at least 50” is gone.').waitFor()
    expect(complaints).toEqual([])
  })

  it('tells what changed since the version before, although somebody’s publishing stopped half-way in between', async () => {
    const { page, go } = await site.visit('marketer')
    const { steps } = (await flowNamed('Buyer to contact')).draft
    const definition = { trigger: { connectionId: stripe.id, events: ['order.completed'] }, steps }
    const { id } = await make('With a gap', definition)
    const publish = () => site.hub.graphql(`mutation { publishFlow(id: "${id}") { __typename } }`)
    await publish()
    await flowVersionModel(site.hub.deps.database.connection).create({
      _id: `${id}:2`,
      flowId: id,
      workspaceId: site.workspaceId,
      version: 2,
      definition: '{}',
      publishedAt: new Date(),
      publishedBy: 'usr_stopped',
    })
    await save(id, { ...definition, filter: { path: 'event.properties.total', op: 'at_least', value: 50 } })
    await publish()
    await go(`/flows/${id}/history`)
    await page.getByRole('heading', { name: 'Version 3' }).waitFor()
    expect(await page.getByText('Only if “total is at least 50” is new.').count()).toBe(1)
  })

  it('says of a deleted flow that it is deleted, in its history too', async () => {
    const { page, go } = await site.visit('viewer')
    for (const path of ['/flows/flw_gone', '/flows/flw_gone/history']) {
      await go(path)
      await page.getByText('There is no such flow').waitFor()
    }
    expect(await page.getByText('never been turned on').count()).toBe(0)
  })

  it('says of a paused flow that no version runs now', async () => {
    const wire = wireUp(site.hub.deps, site.workspaceId)
    const flowId = await wire.flow({
      trigger: { connectionId: stripe.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [],
    })
    const { page, go } = await site.visit('marketer')
    await go(`/flows/${flowId}/history`)
    await page.getByText('Runs now').waitFor()
    await site.hub.graphql(`mutation { pauseFlow(id: "${flowId}") { __typename } }`)
    await go(`/flows/${flowId}/history`)
    await page.getByText('Version 1').waitFor()
    expect(await page.getByText('Runs now').count()).toBe(0)
    await site.hub.graphql(`mutation { deleteFlow(id: "${flowId}") { __typename } }`)
  })

  it('tells what came while it was paused once it is on again, and sends it through for whoever wants that', async () => {
    const wire = wireUp(site.hub.deps, site.workspaceId)
    const shop = await wire.connection('stripe', { signingSecret: SECRET }, { name: 'Shoe shop' })
    const flowId = await wire.flow({
      trigger: { connectionId: shop.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [],
    })
    const { page, go, complaints } = await site.visit('marketer', { width: 390 })
    const pauseFor = async (...sales: number[]) => {
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByRole('button', { name: 'Resume' }).waitFor()
      for (const number of sales) await sell(number, shop)
      await site.hub.settled()
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByRole('button', { name: 'Pause' }).waitFor()
    }
    const offer = page.getByText(/came while the flow was paused$/)
    await go(`/flows/${flowId}`)
    await pauseFor()
    expect(await offer.count()).toBe(0)

    await pauseFor(21, 22)
    await page.getByText('2 events came while the flow was paused').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Look at them and send' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('It would run now.').nth(1).waitFor()
    expect(await findBarriers(page)).toEqual([])
    const { runs } = site.hub.deps.storesOf(site.workspaceId)
    expect(await runs.page(flowId, undefined, 10)).toEqual([])
    await dialog.getByRole('button', { name: 'Send 2 through' }).click()
    await dialog.getByText('2 have been sent through.').waitFor({ timeout: LIVE_MS })
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await offer.waitFor({ state: 'detached' })
    await site.hub.pipeline.sweep()
    await site.hub.settled()
    expect(await runs.page(flowId, undefined, 10)).toHaveLength(2)

    await pauseFor(23)
    await page.getByText('1 event came while the flow was paused').waitFor()
    await page.getByRole('button', { name: 'Leave it' }).click()
    await offer.waitFor({ state: 'detached' })
    await go(`/flows/${flowId}`)
    expect(await offer.count()).toBe(0)
    await page.getByRole('button', { name: /^What can be done with/ }).click()
    await page.getByRole('menuitem', { name: 'Send what came during the pause …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send 1 through' }).waitFor()
    expect(complaints).toEqual([])
    await site.hub.graphql(`mutation { deleteFlow(id: "${flowId}") { __typename } }`)
  })

  it('is read by a viewer, who changes nothing and is told why', async () => {
    const { page, go, complaints } = await site.visit('viewer')
    await go('/flows')
    await page.getByRole('link', { name: 'With a past' }).click()
    await page.getByText('This needs the role “Marketer”.').waitFor()
    await page.getByRole('button', { name: /^Do Add or update a contact/ }).click()
    await page.getByText('Lifecycle stage').waitFor()
    expect(await page.getByRole('main').locator(':is(input, select, textarea):enabled').count()).toBe(0)
    for (const name of ['Turn on', 'Publish the changes', 'Pause', 'Add a step', 'Remove'])
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it.each([320, 1440])('fits a screen %i wide, in the dark too', async (width) => {
    const { page, go } = await site.visit('owner', { width, colorScheme: 'dark' })
    const flow = await flowNamed('Buyer to contact')
    const steps = ['when', 'if', flow.draft.steps[0]?.id].map((open) => `/flows/${flow.id}?open=${open}`)
    for (const path of ['/flows', '/flows/new', `/flows/${flow.id}/history`, ...steps]) {
      await go(path)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      const barriers = width === 320 && path.endsWith('when') ? await findBarriers(page) : []
      expect([path, overflow, barriers]).toEqual([path, 0, []])
    }
  })

  interface MadeFlow {
    id: string
    name: string
    draft: { steps: { id: string; connectionId: string; actionId: string; mappingId: string }[] }
  }

  async function flowNamed(name: string): Promise<MadeFlow> {
    const { flows } = await site.hub.graphql<{ flows: { items: MadeFlow[] } }>(
      '{ flows { items { id name draft { steps { id connectionId actionId mappingId } } } } }',
    )
    const flow = flows.items.find((each) => each.name === name)
    if (!flow) throw new Error(`There is no flow “${name}”.`)
    return flow
  }

  async function make(name: string, definition: object): Promise<{ id: string }> {
    const { createFlow } = await site.hub.graphql<{ createFlow: { id: string } }>(
      `mutation ($name: String!, $definition: FlowDefinitionInput!) {
        createFlow(name: $name, definition: $definition) { ... on Flow { id } }
      }`,
      { name, definition },
    )
    return createFlow
  }

  async function save(id: string, definition: object): Promise<void> {
    await site.hub.graphql(
      `mutation ($id: ID!, $definition: FlowDefinitionInput) {
        updateFlowDraft(id: $id, definition: $definition) { __typename }
      }`,
      { id, definition },
    )
  }
})

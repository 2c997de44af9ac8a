import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReceiver } from '../../../server/testing/start-receiver.ts'
import type { Receiver } from '../../../server/testing/start-receiver.ts'
import { field, fixed, step, stripeHeaders, stripeSale, wireUp } from '../../../server/testing/wire.ts'
import { browserPath, needsBrowser } from '../../testing/browser.ts'
import { findBarriers } from '../../testing/find-barriers.ts'
import { hasFocus } from '../../testing/has-focus.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site, Visitor } from '../../testing/start-site.ts'

const SECRET = 'whsec_stripe_test'

describe.skipIf(!browserPath)(`the mapping editor${needsBrowser}`, { timeout: 180_000 }, () => {
  let site: Site
  let receiver: Receiver
  let wire: ReturnType<typeof wireUp>
  let trigger: { connectionId: string; events: string[] }
  let outId: string
  beforeAll(async () => {
    receiver = await startReceiver()
    site = await startSite({ SWITCHYARD_ALLOW_NETWORKS: receiver.network })
    wire = wireUp(site.hub.deps, site.workspaceId)
    const stripe = await wire.connection('stripe', { signingSecret: SECRET }, { name: 'Lamp shop' })
    const out = await wire.connection('webhook', {}, { name: 'Newsletter' })
    outId = out.id
    trigger = { connectionId: stripe.id, events: ['order.completed'] }
    for (const number of [1, 2]) {
      const body = stripeSale(number).replace('Ada Lovelace', number === 1 ? 'Ada Lovelace' : 'Grace Hopper')
      const headers = stripeHeaders(body, SECRET, new Date())
      await (
        await fetch(`${site.hub.url}${stripe.hookPath}`, { method: 'POST', headers, body })
      ).arrayBuffer()
      await site.hub.settled()
    }
  })
  afterAll(async () => {
    await site.close()
    await receiver.close()
  })

  /** A mapping for the web address action, in a flow of its own. */
  async function mapping(fields: Parameters<typeof wire.mapping>[2]): Promise<string> {
    const id = await wire.mapping('webhook', 'httpRequest', fields)
    const only = step(site.hub.deps, outId, 'httpRequest', id)
    await wire.flow({ trigger, entry: 'every_event', steps: [only] })
    return id
  }

  async function open(
    id: string,
    look?: Parameters<Site['visit']>[1],
    role: 'marketer' | 'viewer' = 'marketer',
  ) {
    const visitor = await site.visit(role, look)
    await visitor.go(`/mappings/${id}`)
    return visitor
  }

  const source = ({ page }: Visitor, name: string) =>
    page.getByRole('combobox', { name: `What ${name} gets` })
  const row = ({ page }: Visitor, name: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('combobox', { name: `What ${name} gets` }) })

  it('maps a needed field and another one by the keyboard alone, and shows what a real person gets', async () => {
    const id = await mapping({})
    const visitor = await open(id)
    const { page, complaints } = visitor
    await page.getByText('Needed: nothing can be sent without it').waitFor()
    await source(visitor, 'Address').focus()
    await page.keyboard.type(receiver.url)
    await page.keyboard.press('Enter')
    await row(visitor, 'Address').getByText('the same for everyone').waitFor()

    await page.getByRole('combobox', { name: 'Add a field' }).focus()
    await page.keyboard.type('body as text')
    await page.keyboard.press('Enter')
    await hasFocus(source(visitor, 'Body as text'))
    await page.keyboard.press('/')
    await page.getByRole('listbox').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.keyboard.type('contact full')
    await page.keyboard.press('Enter')
    await row(visitor, 'Body as text').getByText('Grace Hopper', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Next person' }).press('Enter')
    await row(visitor, 'Body as text').getByText('Ada Lovelace', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Use from now on' }).press('Enter')
    await page.getByText('All changes are saved (version 2)').waitFor()
    const saved = await site.hub.deps.storesOf(site.workspaceId).mappings.find(id)
    expect(saved?.fields).toMatchObject({
      url: { source: { kind: 'fixed', value: receiver.url }, when: 'always' },
      text: { source: { kind: 'field', path: 'contact.full_name' }, when: 'never_blank' },
    })
    expect(complaints).toEqual([])
  })

  it('names the field whose formula is wrong and says what is, until it is mended and the value appears', async () => {
    const id = await mapping({
      url: fixed(receiver.url),
      text: { kind: 'formula', expression: '$money(contact.full_name, "EUR")' },
    })
    const visitor = await open(id)
    const { page, complaints } = visitor
    await row(visitor, 'Body as text').getByText('amount must be a number').waitFor()
    await page.getByRole('button', { name: 'More about Body as text' }).press('Enter')
    const formula = page.getByRole('textbox', { name: 'Formula for Body as text' })
    const rewrite = async (expression: string) => {
      await formula.press('ControlOrMeta+a')
      await page.keyboard.type(expression)
    }
    await rewrite('1 +')
    await row(visitor, 'Body as text').getByText('The formula cannot be read').first().waitFor()
    expect(await findBarriers(page)).toEqual([])
    await rewrite('$money(event.properties.total, "EUR")')
    await row(visitor, 'Body as text').getByText('€10.02').first().waitFor()
    // Tab is no trap.
    await formula.press('Tab')
    expect(await formula.evaluate((it) => it === document.activeElement)).toBe(false)
    await page.getByRole('button', { name: 'Use from now on' }).click()
    await page.getByText('All changes are saved').waitFor()
    expect(complaints).toEqual([])
  })

  it('sends one person as a test after asking, and shows what was sent and what they answered', async () => {
    const id = await mapping({ url: fixed(receiver.url), 'json.email': field('contact.email') })
    const { page, complaints } = await open(id)
    const before = receiver.received.length
    await page.getByRole('button', { name: 'Send to Newsletter as a test: Grace Hopper' }).click()
    await page.getByText('it is not tried again').waitFor()
    await page.getByText('What would be sent for Grace Hopper').waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(receiver.received.length).toBe(before)
    await page.getByRole('button', { name: 'Send the test' }).click()
    await page.getByText('took the test').waitFor()
    await page.getByRole('group', { name: 'They answered 200' }).waitFor()
    expect(receiver.received.slice(before).map(({ body }) => body)).toEqual(['{"email":"cus_2@example.com"}'])
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('takes nothing of somebody else’s away who saved meanwhile, and nothing of one’s own', async () => {
    const id = await mapping({ url: fixed('https://mine.example') })
    const visitor = await open(id)
    const { page } = visitor
    await row(visitor, 'Address').getByText('https://mine.example').first().waitFor()
    await wire.remap(id, { url: { source: fixed('https://theirs.example'), when: 'always' } })
    await source(visitor, 'Address').fill('https://new.example')
    await page.keyboard.press('Enter')
    await page.getByText('saved this mapping while you were changing it').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Take theirs' }).click()
    await row(visitor, 'Address').getByText('https://theirs.example').first().waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(visitor, 'Address').getByText('https://new.example').first().waitFor()
  })

  it('keeps what was changed without being asked, for a colleague too, and delivers by it only when told to', async () => {
    const id = await mapping({ url: fixed('https://a.example') })
    const flowId = (await site.hub.deps.storesOf(site.workspaceId).flows.using(id))[0]!.id
    const stored = () => site.hub.deps.storesOf(site.workspaceId).mappings.find(id)
    const maya = await open(id)
    await source(maya, 'Address').fill('https://b.example')
    await maya.page.keyboard.press('Enter')
    await maya.page.getByText('Not in use yet: 1 field differs from version 1').waitFor()
    // The page is left before the draft is kept.
    await maya.page.getByRole('link', { name: 'Contacts' }).click()
    await maya.page.getByRole('heading', { name: 'Contacts' }).waitFor()
    await expect
      .poll(async () => (await stored())?.draft?.fields['url']?.source)
      .toEqual(fixed('https://b.example'))

    const colleague = await site.visit('marketer')
    await colleague.go(`/flows/${flowId}`)
    await colleague.page
      .getByRole('button', { name: 'Its mapping has changes that are not in use yet' })
      .click()
    await row(colleague, 'Address').getByText('https://b.example').first().waitFor()
    await colleague.page.getByText('Kept as a draft by').waitFor()
    expect(await findBarriers(colleague.page)).toEqual([])
    await maya.page.goBack()
    await row(maya, 'Address').getByText('https://b.example').first().waitFor()

    // Both change it: the second hears of the first, and decides.
    await source(colleague, 'Address').fill('https://c.example')
    await colleague.page.keyboard.press('Enter')
    await expect.poll(async () => (await stored())?.draftRevision).toBe(2)
    await source(maya, 'Address').fill('https://d.example')
    await maya.page.keyboard.press('Enter')
    await maya.page.getByText('Somebody else changed this mapping’s draft').waitFor()
    expect(await findBarriers(maya.page)).toEqual([])
    await maya.page.getByRole('link', { name: 'Contacts' }).click()
    await maya.page.getByText('Leave without your last changes?').waitFor()
    await maya.page.getByRole('button', { name: 'Stay here' }).click()
    await maya.page.getByRole('button', { name: 'Keep mine instead' }).click()
    await maya.page.getByText('Kept as a draft by').waitFor()
    expect(await stored()).toMatchObject({
      version: 1,
      fields: { url: { source: fixed('https://a.example') } },
    })

    await maya.page.getByRole('button', { name: 'Use from now on' }).click()
    await maya.page.getByText('All changes are saved (version 2)').waitFor()
    expect(await stored()).toMatchObject({
      version: 2,
      fields: { url: { source: fixed('https://d.example') } },
    })
    expect((await stored())?.draft).toBeUndefined()
    await maya.page.getByRole('button', { name: 'Undo' }).click()
    await row(maya, 'Address').getByText('https://b.example').first().waitFor()
    await maya.page.getByRole('button', { name: 'Discard changes' }).click()
    await maya.page.getByText('All changes are saved (version 2)').waitFor()
    await expect.poll(async () => (await stored())?.draft).toBeUndefined()
    expect(maya.complaints).toEqual([])
    expect(colleague.complaints).toEqual([])
  })

  it('keeps what is changed while it is being put into use', async () => {
    const id = await mapping({ url: fixed('https://a.example') })
    const stored = () => site.hub.deps.storesOf(site.workspaceId).mappings.find(id)
    const visitor = await open(id)
    const { page } = visitor
    const arrived = Promise.withResolvers<undefined>()
    const mayGoOn = Promise.withResolvers<undefined>()
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('SaveMappingDraft') === true) {
        arrived.resolve(undefined)
        await mayGoOn.promise
      }
      await route.continue()
    })
    await source(visitor, 'Address').fill('https://b.example')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Use from now on' }).click()
    await arrived.promise
    await source(visitor, 'Address').fill('https://c.example')
    await page.keyboard.press('Enter')
    await row(visitor, 'Address').getByText('https://c.example').first().waitFor()
    mayGoOn.resolve(undefined)
    await page.getByText('In use. What is delivered from now on').waitFor()
    await page.getByText('Keeping your changes').waitFor({ state: 'detached' })
    await expect
      .poll(async () => (await stored())?.draft?.fields ?? (await stored())?.fields)
      .toMatchObject({ url: { source: fixed('https://c.example') } })
  })

  it('is not changed by a look at it, whichever line ends a formula was written with', async () => {
    const id = await mapping({ url: { kind: 'formula', expression: '"https://a.example/" &\r\n"b"' } })
    const visitor = await open(id)
    const { page } = visitor
    await row(visitor, 'Address').getByRole('button', { name: 'More about Address' }).click()
    await page.getByRole('textbox', { name: 'Formula for Address' }).waitFor()
    await page.getByText('All changes are saved (version 1)').waitFor()
    expect(await page.getByText('Not in use yet').count()).toBe(0)
  })

  it('is worked on for a tool without ready-made mappings before its first event', async () => {
    const id = await wire.mapping('webhook', 'httpRequest', { url: fixed('https://a.example') })
    const only = step(site.hub.deps, outId, 'httpRequest', id)
    const silent = await wire.connection('stripe', { signingSecret: SECRET }, { name: 'Silent shop' })
    await wire.flow({
      trigger: { ...trigger, connectionId: silent.id },
      entry: 'every_event',
      steps: [only],
    })
    const visitor = await site.visit('marketer')
    await visitor.page.route('**/graphql', async (route) =>
      route.request().postData()?.includes('MappingPresets') === true
        ? route.fulfill({ json: { data: { presets: [] } } })
        : route.continue(),
    )
    await visitor.go(`/mappings/${id}`)
    await row(visitor, 'Address').locator('[id$="-result"]').getByText('https://a.example').waitFor()
    expect(visitor.complaints).toEqual([])
  })

  it('lets a viewer read it, and says why nothing can be changed', async () => {
    const id = await mapping({ url: fixed('https://a.example') })
    const { page, complaints } = await open(id, {}, 'viewer')
    await page.getByText('https://a.example').waitFor()
    await page.getByText('This needs the role “Marketer”').waitFor()
    expect(await page.locator('main').getByRole('combobox').count()).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it.each([
    ['light', 1440],
    ['dark', 320],
  ] as const)('has no barriers and fits (%s, %i wide)', async (colorScheme, width) => {
    const id = await mapping({
      url: fixed(receiver.url),
      text: { kind: 'text', parts: ['Dear ', { path: 'contact.full_name' }] },
      'json.plan': { kind: 'lookup', path: 'event.properties.currency', table: { EUR: 'Europe' } },
    })
    const { page, go, complaints } = await site.visit('marketer', { width, colorScheme })
    for (const name of ['url', 'text', 'json.plan']) {
      await go(`/mappings/${id}?field=${name}`)
      await page.getByText('Dear Grace Hopper').first().waitFor()
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([name, overflow, await findBarriers(page)]).toEqual([name, 0, []])
    }
    expect(complaints).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, inBrowser, needsBrowser } from '../../testing/browser.ts'
import { findBarriers } from '../../testing/find-barriers.ts'
import { hasFocus } from '../../testing/has-focus.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site } from '../../testing/start-site.ts'

const tabs = ['account', 'members', 'tokens', 'keeping', 'audit']

describe.skipIf(!browserPath)(`settings${needsBrowser}`, inBrowser, () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite()
  })
  afterAll(() => site.close())

  it('lets an owner invite somebody, who joins by the link with the role they were given', async () => {
    const owner = await site.visit('owner')
    await owner.go('/settings/members')
    await owner.page.getByRole('button', { name: 'Invite somebody' }).click()
    await owner.page.getByLabel('Email').fill('grace@example.com')
    await owner.page.getByRole('button', { name: 'Make the invitation' }).click()
    const link = await owner.page.locator('code', { hasText: '/invitation#' }).textContent()
    expect(await findBarriers(owner.page)).toEqual([])

    await owner.go('/settings/audit')
    await owner.page.getByText('Invited “grace@example.com”').waitFor()

    const guest = await site.visit()
    await guest.page.goto(link!)
    await guest.page.getByText('with the role Marketer').waitFor()
    await guest.page.getByLabel('Your name').fill('Grace Hopper')
    await guest.page.getByLabel('Password').fill('three purple compilers')
    await guest.page.keyboard.press('Enter')
    await guest.page.getByRole('heading', { name: 'Home' }).waitFor()

    await owner.go('/settings/members')
    await owner.page.getByText('Grace Hopper').waitFor()
    const again = await site.visit()
    await again.page.goto(link!)
    await again.page.getByText('This link can no longer be used').waitFor()
    expect([...owner.complaints, ...guest.complaints]).toEqual([])
  })

  it('keeps what an owner says for as long as they say', async () => {
    const { page, go, complaints } = await site.visit('owner')
    await go('/settings/keeping')
    const days = page.getByLabel('Days for refused webhooks')
    await days.fill('none')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Enter a number of days from 1 to 3650.').waitFor()
    await days.fill('14')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect
      .poll(async () => (await site.hub.deps.workspaces.find(site.workspaceId))?.retention.refusedDays)
      .toBe(14)
    await go('/settings/audit')
    await page.getByText('Changed how long things are kept').first().waitFor()
    expect(complaints).toEqual([])
  })

  it('says to a viewer why there is nothing to press', async () => {
    const { page, go } = await site.visit('viewer')
    for (const tab of ['members', 'tokens', 'keeping', 'audit']) {
      await go(`/settings/${tab}`)
      await page.getByText('This needs the role').first().waitFor()
      expect(await page.locator('main').getByRole('button').count()).toBe(0)
    }
  })

  it('leaves a copied cookie worthless after signing out', async () => {
    const { page, context, go } = await site.visit('owner')
    await go('/')
    const copied = await context.cookies()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await context.addCookies(copied)
    await page.goto(`${site.hub.url}/settings/members`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/sign-in')
  })

  it('names the tab in the title of the window', async () => {
    const { page, go } = await site.visit('owner')
    const titles = new Set<string>()
    for (const tab of tabs) {
      await go(`/settings/${tab}`)
      titles.add(await page.title())
    }
    expect(titles.size).toBe(tabs.length)
    await page.getByRole('link', { name: 'Members' }).click()
    await expect.poll(() => page.title()).toBe('Members · Settings · Switchyard')
  })

  it('gives the focus back to where it was when a dialog closes', async () => {
    const { page, go, complaints } = await site.visit('owner')
    for (const [tab, name] of [
      ['members', 'Invite somebody'],
      ['tokens', 'Make a token'],
    ] as const) {
      await go(`/settings/${tab}`)
      const button = page.getByRole('button', { name }).first()
      await button.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await hasFocus(button)
    }
    expect(complaints).toEqual([])
  })

  it('fits a narrow screen where the workspace has one long word for a name', async () => {
    const { workspaces } = site.hub.deps
    const workspace = (await workspaces.find(site.workspaceId))!
    await workspaces.rename(site.workspaceId, 'Donaudampfschifffahrtsgesellschaft'.repeat(3))
    const { page, go } = await site.visit('owner', { width: 390 })
    for (const tab of tabs) {
      await go(`/settings/${tab}`)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([tab, overflow]).toEqual([tab, 0])
    }
    await workspaces.rename(site.workspaceId, workspace.name)
  })

  it.each([
    ['light', 1440],
    ['dark', 320],
  ] as const)('has no barriers and fits (%s, %i wide)', async (colorScheme, width) => {
    const { page, go } = await site.visit('owner', { width, colorScheme })
    for (const tab of tabs) {
      await go(`/settings/${tab}`)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([tab, overflow, await findBarriers(page)]).toEqual([tab, 0, []])
    }
  })
})

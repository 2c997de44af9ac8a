import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, inBrowser, needsBrowser } from '../../testing/browser.ts'
import { findBarriers } from '../../testing/find-barriers.ts'
import { hasFocus } from '../../testing/has-focus.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site } from '../../testing/start-site.ts'

describe.skipIf(!browserPath)(`coming in${needsBrowser}`, inBrowser, () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite()
  })
  afterAll(() => site.close())

  it('lets the first owner in by the printed link, with the keyboard alone', async () => {
    const { page, complaints } = await site.visit()
    await page.goto(site.hub.setUpLink!.url)
    await page.getByLabel('Your name').focus()
    for (const text of ['Ada Holm', 'ada@example.com', 'short', 'Lamps & Co']) {
      await page.keyboard.type(text)
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await page.getByText('Use at least 12 characters.').waitFor()
    await hasFocus(page.getByLabel('Password'))

    await page.keyboard.press('Control+A')
    await page.keyboard.type('eleven green lamps')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.getByText('Lamps & Co').waitFor()
    expect(complaints).toEqual([])
  })

  it('sends a stranger to sign in and then to where they were going', async () => {
    const { page } = await site.visit()
    await page.goto(`${site.hub.url}/connections`)
    await page.getByLabel('Email').fill('ada@example.com')
    await page.getByLabel('Password').fill('eleven blue lamps')
    await page.keyboard.press('Enter')
    await page.getByText('This email and password do not go together.').waitFor()

    await page.getByLabel('Password').fill('eleven green lamps')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Connections' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/connections')
  })

  it('goes on to no address of somebody else', async () => {
    const { page } = await site.visit()
    // A browser drops tabs and line ends, and takes a backslash for a slash.
    for (const to of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/\n\\evil.example',
      '/.//evil.example',
    ]) {
      await page.goto(`${site.hub.url}/sign-in?to=${encodeURIComponent(to)}`)
      expect(await page.getByText('Welcome back.').textContent()).toBe('Welcome back.')
    }
  })

  it('asks to sign in on top of the page when the session has ended, and loses nothing that was typed', async () => {
    const { page, context, go } = await site.visit()
    async function signIn(): Promise<void> {
      await page.getByLabel('Email').fill('ada@example.com')
      await page.getByLabel('Password', { exact: true }).fill('eleven green lamps')
      await page.keyboard.press('Enter')
    }
    await go('/connections/new/webhook')
    await signIn()
    const name = page.getByLabel('Name', { exact: true })
    await name.fill('Half filled in')
    await context.clearCookies()
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    await signIn()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await name.inputValue()).toBe('Half filled in')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('heading', { name: 'Half filled in' }).waitFor()
  })

  it('takes “your session has ended” out of a dialog once somebody has signed in again over it', async () => {
    const { page, context, go } = await site.visit('owner')
    await go('/settings/tokens')
    await page.getByRole('button', { name: 'Make a token' }).click()
    const dialog = page.getByRole('dialog', { name: 'Make a token' })
    await dialog.getByLabel('Name').fill('Nightly')
    await context.clearCookies()
    await dialog.getByRole('button', { name: 'Make it' }).click()
    const ended = page.getByRole('dialog', { name: 'Your session has ended' })
    await ended.waitFor()
    const back = await site.visit('owner')
    await back.go('/')
    await context.addCookies(await back.context.cookies())
    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await ended.waitFor({ state: 'detached' })
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Nightly')
    expect(await dialog.getByText(/session has ended|sign in/i).count()).toBe(0)
  })

  it('leaves nothing of a person in any tab when they sign out on purpose, or somebody else signs in', async () => {
    const vera = await site.visit('viewer')
    await vera.go('/')
    const { page, context, go, complaints } = await site.visit()
    async function signIn(): Promise<void> {
      await page.getByLabel('Email').fill('ada@example.com')
      await page.getByLabel('Password', { exact: true }).fill('eleven green lamps')
      await page.keyboard.press('Enter')
    }
    await go('/connections/new/webhook')
    await signIn()
    await page.getByLabel('Name', { exact: true }).fill('Half filled in')
    const other = await context.newPage()
    await other.goto(`${site.hub.url}/flows`)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')
    expect(await page.getByLabel('Name', { exact: true }).count()).toBe(0)

    await signIn()
    await page.getByText('Ada Holm').waitFor()
    await go('/connections')
    await context.addCookies(await vera.context.cookies())
    await other.goto(`${site.hub.url}/flows`)
    await page.getByText('Vera Lind').waitFor()
    expect(new URL(page.url()).pathname).toBe('/')
    expect(complaints).toEqual([])
  })

  it.each(['light', 'dark'] as const)('has no barriers (%s)', async (colorScheme) => {
    const { page, go } = await site.visit(undefined, { colorScheme })
    await go('/sign-in')
    expect(await findBarriers(page)).toEqual([])
    await go('/set-up#some-token')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Create the account' }).click()
    expect(await findBarriers(page)).toEqual([])
  })
})

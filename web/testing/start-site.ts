import type { Browser, BrowserContext, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { openSession } from '../../server/accounts/open-session.ts'
import type { Role } from '../../server/accounts/role.ts'
import type { Surroundings } from '../../server/hub.ts'
import { startTestHub } from '../../server/testing/start-test-hub.ts'
import type { TestHub } from '../../server/testing/start-test-hub.ts'
import { openBrowser } from './browser.ts'

/** Somebody in front of the page, until the test ends. */
export interface Visitor {
  page: Page
  context: BrowserContext
  /** Opens an address of the hub and waits until the page has what it asked for. */
  go(path: string): Promise<void>
  /** What the browser complained about. A finished page gives it no reason. */
  complaints: string[]
}

/** A hub and a browser: one of each for a whole file of tests. */
export interface Site {
  hub: TestHub
  browser: Browser
  workspaceId: string
  /** Somebody with a role, signed in; without a role, a stranger. */
  visit(role?: Role, look?: Look): Promise<Visitor>
  close(): Promise<void>
}

export interface Look {
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
}

export async function startSite(
  settings: Record<string, string> = {},
  surroundings: Surroundings = {},
): Promise<Site> {
  const [hub, browser] = await Promise.all([startTestHub(settings, surroundings), openBrowser()])
  const [workspace] = await hub.deps.workspaces.all()
  const workspaceId = workspace!.id
  const freeSeats: Seat[] = []
  return {
    hub,
    browser,
    workspaceId,
    async visit(role, { width = 1280, height = 900, colorScheme = 'light' } = {}) {
      const seat = freeSeats.pop() ?? (await setUpSeat(browser))
      onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail') process.stderr.write(await whatIsShown(seat.page))
        await tidyUp(seat)
        freeSeats.push(seat)
      })
      const { page, context, complaints } = seat
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      if (role) await context.addCookies([await sessionOf(hub, workspaceId, role)])
      return {
        page,
        context,
        complaints,
        async go(path) {
          await page.goto(`${hub.url}${path}`)
          await page.locator('h1').waitFor()
          await page.locator('body:not(:has([data-loading]))').waitFor()
        },
      }
    },
    async close() {
      await browser.close()
      await hub.close()
    },
  }
}

/**
 * Where a visitor sits: a window that one test after another uses, because a new one costs as much as three pages
 * opened in one that is there.
 */
type Seat = Omit<Visitor, 'go'>

/** A busy machine is no failure: a step takes a second where nothing else is going on. */
const STEP_MS_MAX = 60_000

async function setUpSeat(browser: Browser): Promise<Seat> {
  // Without motion: what fades in has too little contrast while it does.
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  context.setDefaultTimeout(STEP_MS_MAX)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (err) => complaints.push(err.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return { page, context, complaints }
}

/** What a test that failed had before it, for whoever reads of it and has no such machine. */
async function whatIsShown(page: Page): Promise<string> {
  const shown = await page.locator('body').ariaSnapshot({ timeout: 5000 })
  const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))
  return `${page.url()}, the keyboard in ${focused}:\n${shown}\n`
}

/** Leaves nothing for the next one to find: no session, nothing kept in the browser, no tab, no request held up. */
async function tidyUp({ page, context, complaints }: Seat): Promise<void> {
  for (const other of context.pages()) if (other !== page) await other.close()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await context.setOffline(false)
  await context.clearPermissions()
  await context.clearCookies()
  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  await page.goto('about:blank')
  complaints.length = 0
}

const names: Record<Role, string> = {
  viewer: 'Vera Lind',
  marketer: 'Mina Okafor',
  ops: 'Oskar Brandt',
  owner: 'Ada Holm',
}

/** The cookie of a new session of the one who has this role. */
async function sessionOf({ deps, url }: TestHub, workspaceId: string, role: Role) {
  const email = `${role}@example.com`
  const known = await deps.accounts.users.findByEmail(email)
  const user = known?.user ?? { id: deps.newId('usr'), email, name: names[role], createdAt: deps.now() }
  if (!known) {
    await deps.accounts.users.add(user, {})
    await deps.storesOf(workspaceId).members.add({ userId: user.id, role, since: deps.now() })
  }
  const { token } = await openSession(deps, user, { address: '127.0.0.1', userAgent: 'test' }, workspaceId)
  return { name: 'switchyard_session', value: token, url }
}

import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { PASSWORD } from '../demo/colleague.ts'
import type { Demo } from '../demo/start-demo.ts'
import { findBarriers } from '../../web/testing/find-barriers.ts'
import type { Place } from './places.ts'

/** How somebody looks at a page. */
interface Look {
  width: number
  colorScheme: 'light' | 'dark'
}

const looks: readonly Look[] = [
  { width: 1440, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
]
const HEIGHT = 900

/**
 * Photographs each place, whole, in four looks. Answers with what the browser complained about, with what axe found, and
 * with pages that are wider than their window. `onDone` hears the name of each picture.
 */
export async function photograph(
  { url, team }: Demo,
  places: readonly Place[],
  browser: Browser,
  folder: string,
  onDone: (name: string) => void,
): Promise<string[]> {
  const findings: string[] = []
  const state = await signedIn(browser, url, team.owner.email)
  for (const { width, colorScheme } of looks) {
    const look = { viewport: { width, height: HEIGHT }, colorScheme, reducedMotion: 'reduce' as const }
    const inside = await browser.newContext({ ...look, storageState: state })
    const outside = await browser.newContext(look)
    for (const place of places) {
      const name = `${place.name}-${width}-${colorScheme}`
      const page = await (place.isEntrance ? outside : inside).newPage()
      findings.push(...(await lookAt(page, url + place.path)).map((finding) => `${name}: ${finding}`))
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
      await page.close()
      onDone(name)
    }
    await inside.close()
    await outside.close()
  }
  return findings
}

async function lookAt(page: Page, address: string): Promise<string[]> {
  const complaints: string[] = []
  page.on('pageerror', (err) => complaints.push(err.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.goto(address)
  await page.locator('h1').first().waitFor()
  await page.locator('[data-loading]').first().waitFor({ state: 'detached' })
  const barriers = await findBarriers(page)
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  return [...complaints, ...barriers, ...(tooWide > 0 ? [`${tooWide} px wider than the window`] : [])]
}

async function signedIn(
  browser: Browser,
  url: string,
  email: string,
): Promise<Awaited<ReturnType<BrowserContext['storageState']>>> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').first().waitFor()
  const state = await context.storageState()
  await context.close()
  return state
}

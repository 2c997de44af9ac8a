import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** A Chromium on this machine, or nothing: the tests that need one are then skipped. */
export const browserPath = [process.env['CHROMIUM_PATH'], ...usualPlaces].find(
  (path) => path && existsSync(path),
)

/** Stands behind the name of a group of tests that needs one, so that a run that skips them says how to get one. */
export const needsBrowser = browserPath
  ? ''
  : ' (no Chromium found: install one, on Debian with apt-get install chromium, or name it in CHROMIUM_PATH)'

/** A story in a browser has many steps, and each of them waits for the page; on a busy machine that adds up. */
export const inBrowser = { timeout: 180_000 }

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? '',
    // In containers the sandbox of the browser cannot be set up; only our own pages are opened here.
    args: ['--no-sandbox'],
  })
}

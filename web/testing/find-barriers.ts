import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

// The small form: the whole one takes the browser as long to read as to run.
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** What axe finds on a page, best practices included: each rule with the parts that break it. None is the promise. */
export async function findBarriers(page: Page): Promise<string[]> {
  // The script goes in once and runs there; the adapter for Playwright puts it in anew each time, which takes seven times as long.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  // As text: in a function, the name would stand for the import here, of which the page knows nothing.
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, { resultTypes: ['violations'] })`)
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  )
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventCollection } from '../../../server/events/event-store.ts'
import type { EventDoc } from '../../../server/events/event-store.ts'
import { wireUp } from '../../../server/testing/wire.ts'
import { browserPath, inBrowser, needsBrowser } from '../../testing/browser.ts'
import { hasFocus } from '../../testing/has-focus.ts'
import { startSite } from '../../testing/start-site.ts'
import type { Site } from '../../testing/start-site.ts'

const MANY = 20_000
const CHUNK = 2_000

describe.skipIf(!browserPath)(`very many events${needsBrowser}`, inBrowser, () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite()
    const { deps } = site.hub
    const connection = await wireUp(deps, site.workspaceId).connection('stripe', {}, { name: 'Lamp shop' })
    const newest = deps.now().getTime()
    for (let from = 0; from < MANY; from += CHUNK) {
      const docs = Array.from({ length: CHUNK }, (_, at): EventDoc => {
        const number = from + at
        const when = new Date(newest - number * 60_000)
        const draft = { name: 'order.completed', occurred_at: when.toISOString(), properties: {} }
        return {
          _id: `evt_many-${number}`,
          workspaceId: site.workspaceId,
          connectionId: connection.id,
          connectorId: 'stripe',
          key: `sale-${number}`,
          name: 'order.completed',
          occurredAt: when,
          recordedAt: when,
          receiptId: 'rcp_1',
          item: 0,
          draft: JSON.stringify(draft),
          connectorVersion: 1,
          shape: 'one',
          matches: '[]',
          revision: 0,
          partition: 0,
        }
      })
      await eventCollection(deps.database.connection).insertMany(docs)
    }
  })
  afterAll(() => site.close())

  it('are paged fifty at a time, each page asked for once, and fit a narrow screen', async () => {
    const { page, go, complaints } = await site.visit('viewer', { width: 320 })
    const asked: number[] = []
    page.on('response', (response) => {
      if (!response.url().endsWith('/graphql') || response.request().postData()?.includes('Live ')) return
      void response.body().then(
        (body) => asked.push(body.length),
        () => undefined,
      )
    })
    await go('/events')
    const rows = page.locator('tbody tr')
    await page.getByText('10,000 and more').waitFor()
    expect(await rows.count()).toBe(50)

    const seen = new Set([await rows.last().getByRole('link').first().getAttribute('href')])
    for (let turn = 0; turn < 5; turn++) {
      const last = [...seen].at(-1) ?? ''
      await page.getByRole('link', { name: 'Older' }).click()
      await page.waitForFunction((href) => !document.querySelector(`a[href="${href}"]`), last)
      await page.locator('[data-loading]').waitFor({ state: 'detached' })
      expect(await rows.count()).toBe(50)
      // The link that was pressed is gone; the keyboard goes on from the top of the page, and not from nowhere.
      await hasFocus(page.locator('h1'))
      seen.add(await rows.last().getByRole('link').first().getAttribute('href'))
    }
    expect(seen.size).toBe(6)
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
    // However many there are, a page of them is all that comes.
    expect(Math.max(...asked)).toBeLessThan(60_000)
    await page.getByRole('link', { name: 'Newest' }).click()
    await page.getByRole('link', { name: 'Newest' }).waitFor({ state: 'detached' })
    expect(await rows.count()).toBe(50)
    expect(complaints).toEqual([])
  })
})

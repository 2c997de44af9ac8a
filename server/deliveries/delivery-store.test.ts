import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../platform/mongo.ts'
import type { Database } from '../platform/mongo.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { storedDelivery } from '../testing/stored-delivery.ts'
import type { DeliveryDoc } from './delivery-doc.ts'
import type { DeliveryState } from './delivery-state.ts'
import { createDeliveryStore, deliveryCollection, deliveryModel } from './delivery-store.ts'
import type { DeliveryStore } from './delivery-store.ts'

let dir: string
let database: Database
let deliveries: DeliveryStore

/** In the order in which they were made, two at a time. */
const made: DeliveryState[] = [
  'failed',
  'delivered',
  'sending',
  'parked',
  'failed',
  'queued',
  'parked',
  'sending',
  'cancelled',
  'retrying',
]

beforeAll(async () => {
  dir = makeDataDir()
  database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
  await deliveryModel(database.connection).createIndexes()
  await deliveryCollection(database.connection).insertMany(made.map(delivery))
  deliveries = createDeliveryStore(database.connection, 'wsp_a')
})
afterAll(async () => {
  await database.close()
  rmSync(dir, { recursive: true, force: true })
})

function delivery(state: DeliveryState, number: number): DeliveryDoc {
  const createdAt = new Date(Date.UTC(2026, 10, 26, 12, Math.floor(number / 2)))
  return storedDelivery({ _id: `dlv_${number}`, state, createdAt, position: number })
}

/** All of a list, page by page, as their numbers. */
async function pages(from: 'page' | 'oldest', states: readonly DeliveryState[]): Promise<string> {
  const found: string[] = []
  let last: { at: Date; id: string } | undefined
  for (;;) {
    const page = await deliveries[from]({ states }, last, 2)
    found.push(...page.map(({ id }) => id.slice('dlv_'.length)))
    const end = page.at(-1)
    if (!end || page.length < 2) return found.join(' ')
    last = { at: end.createdAt, id: end.id }
  }
}

describe('deliveries of several states', () => {
  it('are one list in order of time, whose pages leave out and repeat nothing', async () => {
    expect(await pages('page', ['failed', 'parked', 'sending'])).toBe('7 6 4 3 2 0')
    expect(await pages('oldest', ['failed', 'parked', 'sending'])).toBe('0 2 3 4 6 7')
    expect(await pages('page', ['delivered', 'failed', 'failed'])).toBe('4 1 0')
    expect(await pages('page', [])).toBe('')
  })

  it('are counted as many as there are, and no further than is asked', async () => {
    expect(await deliveries.count({ states: ['failed', 'parked', 'sending'] }, 100)).toBe(6)
    expect(await deliveries.count({ states: ['failed', 'parked', 'sending'] }, 5)).toBe(5)
    expect(await deliveries.count({ states: ['failed', 'failed'] }, 100)).toBe(2)
    expect(await deliveries.count({ states: ['sending'], from: new Date('2026-11-26T12:02:00Z') }, 5)).toBe(1)
  })

  it('wait or are under way at a connection, and only what waits can be taken from it', async () => {
    expect(await deliveries.countOpen(['con_1', 'con_2'], 100)).toBe(6)
    expect(await deliveries.countOpen(['con_2'], 100)).toBe(0)
    expect((await deliveries.unfinished('con_1', 100)).toSorted()).toEqual([
      'dlv_3',
      'dlv_5',
      'dlv_6',
      'dlv_9',
    ])
    expect(await deliveries.unfinished('con_1', 3)).toHaveLength(3)
  })
})

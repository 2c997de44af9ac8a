import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConnectionStore } from '../connections/connection-store.ts'
import { createDeliveryStore } from '../deliveries/delivery-store.ts'
import { createLogger } from '../platform/logger.ts'
import { openDatabase } from '../platform/mongo.ts'
import type { Database } from '../platform/mongo.ts'
import { migrate } from '../platform/schema-version.ts'
import { createReceiptStore } from '../receipts/receipt-store.ts'
import { migrations } from '../schema.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { readStatistics } from './read-statistics.ts'

const MOST = 10_000
const now = () => new Date('2026-11-26T12:00:00Z')

let dir: string
let database: Database

beforeAll(async () => {
  dir = makeDataDir()
  database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
  await migrate(database.connection, migrations, {
    processId: 'a',
    now,
    log: createLogger({ level: 'silent' }),
  })
})
afterAll(async () => {
  await database.close()
  rmSync(dir, { recursive: true, force: true })
})

it('tells how much was delivered, beside however much else', async () => {
  const rows = (state: string, count: number) =>
    Array.from({ length: count }, () => ({ workspaceId: 'wsp_a', state, createdAt: now() }))
  const { connection } = database
  const totals = async () => {
    const stores = {
      connections: createConnectionStore(connection, 'wsp_a'),
      receipts: createReceiptStore(connection, 'wsp_a'),
      deliveries: createDeliveryStore(connection, 'wsp_a'),
    }
    return (await readStatistics({ ...stores, now }, { hours: 1, step: 'hour' })).deliveryTotals
  }

  await connection.collection('deliveries').insertMany([...rows('delivered', 3), ...rows('failed', 2)])
  expect(await totals()).toEqual([
    { state: 'failed', count: 2 },
    { state: 'delivered', count: 3 },
  ])

  await connection.collection('deliveries').insertMany(rows('failed', MOST))
  expect(await totals()).toEqual([
    { state: 'failed', count: MOST },
    { state: 'delivered', count: 3 },
  ])

  await connection.collection('deliveries').insertMany(rows('delivered', MOST))
  expect(await totals()).toEqual([
    { state: 'failed', count: MOST },
    { state: 'delivered', count: MOST },
  ])
})

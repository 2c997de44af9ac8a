import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createLogger } from '../platform/logger.ts'
import { openDatabase } from '../platform/mongo.ts'
import type { Database } from '../platform/mongo.ts'
import { createSendBudget } from './send-budget.ts'

let dir: string
let database: Database
let at = 0

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'switchyard-'))
  database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
})
afterAll(async () => {
  await database.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  at = Date.parse('2026-11-25T10:00:00.250Z')
})

const budget = () =>
  createSendBudget(database.connection, () => new Date(at), createLogger({ level: 'silent' }))
const KIND = 'upsertContact'

it('lets all processes together send no more than the vendor allows, and says how long to wait', async () => {
  const [here, there] = [budget(), budget()]
  const rate = { requests: 100, perMs: 10_000 }
  const waits: number[] = []
  for (let taken = 0; taken < 12; taken++) {
    waits.push((await (taken % 2 ? here : there).take('con_a', rate, KIND)).waitMs)
  }
  expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
  expect(waits.slice(10)).toEqual([750, 750])

  at += 750
  expect((await here.take('con_a', rate, KIND)).waitMs).toBe(0)
})

it('spaces requests out where less than one a second is allowed', async () => {
  const here = budget()
  const rate = { requests: 6, perMs: 60_000 }
  expect((await here.take('con_b', rate, KIND)).waitMs).toBe(0)
  expect((await here.take('con_b', rate, KIND)).waitMs).toBeGreaterThan(0)
  at += 10_000
  expect((await here.take('con_b', rate, KIND)).waitMs).toBe(0)
})

it('knows no limit of one connection at another', async () => {
  const rate = { requests: 1, perMs: 1_000 }
  expect((await budget().take('con_c', rate, KIND)).waitMs).toBe(0)
  expect((await budget().take('con_d', rate, KIND)).waitMs).toBe(0)
})

it('counts the requests that an attempt really makes, from the first one on', async () => {
  const here = budget()
  const rate = { requests: 100, perMs: 10_000 }
  let requests = 0
  for (let second = 0; second < 10; second++, at += 1_000) {
    for (let turn = await here.take('con_e', rate, KIND); turn.waitMs === 0;) {
      requests += 2
      await here.made('con_e', rate, KIND, turn, 2)
      turn = await here.take('con_e', rate, KIND)
    }
  }
  expect(requests).toBeGreaterThanOrEqual(90)
  expect(requests).toBeLessThanOrEqual(100)
})

it('lets an attempt that needs more than a slice holds have its turn, and the next ones wait for it', async () => {
  const here = budget()
  const rate = { requests: 25, perMs: 60_000 }
  const first = await here.take('con_f', rate, KIND)
  await here.made('con_f', rate, KIND, first, 3)
  const waits: boolean[] = []
  for (let slice = 0; slice < 6; slice++) {
    at += 2_400
    waits.push((await here.take('con_f', rate, KIND)).waitMs > 0)
  }
  expect(waits).toEqual([true, true, false, true, true, false])
})

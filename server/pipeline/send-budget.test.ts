import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
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

const budget = () => createSendBudget(database.connection, () => new Date(at))

it('lets all processes together send no more than the vendor allows, and says how long to wait', async () => {
  const [here, there] = [budget(), budget()]
  const rate = { requests: 100, perMs: 10_000 }
  const waits: number[] = []
  for (let taken = 0; taken < 12; taken++) waits.push(await (taken % 2 ? here : there).take('con_a', rate))
  expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
  expect(waits.slice(10)).toEqual([750, 750])

  at += 750
  expect(await here.take('con_a', rate)).toBe(0)
})

it('spaces requests out where less than one a second is allowed', async () => {
  const here = budget()
  const rate = { requests: 6, perMs: 60_000 }
  expect(await here.take('con_b', rate)).toBe(0)
  expect(await here.take('con_b', rate)).toBeGreaterThan(0)
  at += 10_000
  expect(await here.take('con_b', rate)).toBe(0)
})

it('knows no limit of one connection at another', async () => {
  const rate = { requests: 1, perMs: 1_000 }
  expect(await budget().take('con_c', rate)).toBe(0)
  expect(await budget().take('con_d', rate)).toBe(0)
})

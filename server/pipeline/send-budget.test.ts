import { rmSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import googleSheets from '../../connectors/google-sheets/index.ts'
import { createLogger } from '../platform/logger.ts'
import { openDatabase } from '../platform/mongo.ts'
import type { Database } from '../platform/mongo.ts'
import { allowanceOf, createSendBudget } from './send-budget.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { createWaitForTurn } from './wait-for-turn.ts'

let dir: string
let database: Database
let at = 0

beforeAll(async () => {
  dir = makeDataDir()
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
const made = (requests: number) => Array.from({ length: requests }, () => ({ method: 'POST' }))

it('lets all processes together send no more than the vendor allows, and says how long to wait', async () => {
  const [here, there] = [budget(), budget()]
  const rate = { requests: 100, perMs: 10_000 }
  const waits: number[] = []
  for (let taken = 0; taken < 12; taken++) {
    waits.push((await (taken % 2 ? here : there).take({ ...rate, of: 'con_a' }, KIND)).waitMs)
  }
  expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
  expect(waits.slice(10)).toEqual([750, 750])

  at += 750
  expect((await here.take({ ...rate, of: 'con_a' }, KIND)).waitMs).toBe(0)
})

it('spaces requests out where less than one a second is allowed', async () => {
  const here = budget()
  const rate = { requests: 6, perMs: 60_000 }
  expect((await here.take({ ...rate, of: 'con_b' }, KIND)).waitMs).toBe(0)
  expect((await here.take({ ...rate, of: 'con_b' }, KIND)).waitMs).toBeGreaterThan(0)
  at += 10_000
  expect((await here.take({ ...rate, of: 'con_b' }, KIND)).waitMs).toBe(0)
})

it('knows no limit of one connection at another', async () => {
  const rate = { requests: 1, perMs: 1_000 }
  expect((await budget().take({ ...rate, of: 'con_c' }, KIND)).waitMs).toBe(0)
  expect((await budget().take({ ...rate, of: 'con_d' }, KIND)).waitMs).toBe(0)
})

it('counts the requests that an attempt really makes, from the first one on', async () => {
  const here = budget()
  const rate = { requests: 100, perMs: 10_000 }
  let requests = 0
  for (let second = 0; second < 10; second++, at += 1_000) {
    for (let turn = await here.take({ ...rate, of: 'con_e' }, KIND); turn.waitMs === 0;) {
      requests += 2
      await here.made({ ...rate, of: 'con_e' }, KIND, turn, made(2))
      turn = await here.take({ ...rate, of: 'con_e' }, KIND)
    }
  }
  expect(requests).toBeGreaterThanOrEqual(90)
  expect(requests).toBeLessThanOrEqual(100)
})

it('lets an attempt that needs more than a slice holds have its turn, and the next ones wait for it', async () => {
  const here = budget()
  const rate = { requests: 25, perMs: 60_000 }
  const first = await here.take({ ...rate, of: 'con_f' }, KIND)
  await here.made({ ...rate, of: 'con_f' }, KIND, first, made(3))
  const waits: boolean[] = []
  for (let slice = 0; slice < 6; slice++) {
    at += 2_400
    waits.push((await here.take({ ...rate, of: 'con_f' }, KIND)).waitMs > 0)
  }
  expect(waits).toEqual([true, true, false, true, true, false])
})

it('sends as many reads and as many writes as a vendor allows that counts them apart', async () => {
  const here = budget()
  const limit = { of: 'con_g', requests: 60, perMs: 60_000, readsApart: true } as const
  const look = [{ method: 'GET' }]
  const lookAndWrite = [...look, { method: 'POST' }]
  let [reads, writes] = [0, 0]
  for (let second = 0; second < 60; second++, at += 1_000) {
    const [kind, exchanges] =
      second % 2 === 0 ? (['look', look] as const) : (['upsert', lookAndWrite] as const)
    const turn = await here.take(limit, kind)
    if (turn.waitMs > 0) continue
    await here.made(limit, kind, turn, exchanges)
    reads++
    writes += exchanges.length - 1
  }
  expect({ reads, writes }).toEqual({ reads: 60, writes: 30 })
})

it('lets two spreadsheets of one service account share what Google allows it, unless one has a limit of its own', () => {
  const connection = (id: string, email: string, limits?: { requests: number; perMs: number }) => {
    const serviceAccountKey = JSON.stringify({
      type: 'service_account',
      client_email: email,
      private_key: 'PRIVATE KEY',
    })
    return allowanceOf({
      connection: { id, limits },
      connector: googleSheets,
      credentials: [googleSheets.auth.fields.parse({ serviceAccountKey, spreadsheet: 'a-spreadsheet' })],
    })?.of
  }
  const [leads, orders, others] = [
    connection('con_h', 'hub@example.org'),
    connection('con_i', 'hub@example.org'),
    connection('con_j', 'other@example.org'),
  ]
  expect(orders).toBe(leads)
  expect(others).not.toBe(leads)
  expect(connection('con_h', 'hub@example.org', { requests: 5, perMs: 1_000 })).toBe('con_h')
})

it('lets a hundred who ask at once go one after the other, as fast as the limit allows, whoever fails', async () => {
  const limit = { of: 'con_k', requests: 20, perMs: 1_000 }
  const here = budget()
  let asked = 0
  const waitForTurn = createWaitForTurn({
    sendBudget: {
      take: (...turn) =>
        ++asked === 2 ? Promise.reject(new Error('the database is away')) : here.take(...turn),
    },
    sleep: async (ms) => void (at += ms),
    stopping: new AbortController().signal,
  })
  const began = at
  const went = await Promise.allSettled(
    Array.from({ length: 101 }, () => waitForTurn(limit, 'enrich').then(() => Math.floor(at / 1_000))),
  )
  const bySecond = Object.groupBy(went, (each) => (each.status === 'fulfilled' ? each.value : 'failed'))
  expect(Object.values(bySecond).map((each) => each?.length)).toEqual([20, 20, 20, 20, 20, 1])
  expect(at - began).toBe(3_750)
  // One asks each second whether there is room again, and not all who wait.
  expect(asked).toBe(101 + 4)
})

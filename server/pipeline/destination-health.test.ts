import { rmSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openDatabase } from '../platform/mongo.ts'
import type { Database } from '../platform/mongo.ts'
import { createDestinationHealth } from './destination-health.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'

let dir: string
let database: Database
let at: number
let connections = 0
let id: string

beforeAll(async () => {
  dir = makeDataDir()
  database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
})
afterAll(async () => {
  await database.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  at = Date.parse('2026-11-25T10:00:00Z')
  id = `con_${++connections}`
})

const process = () => createDestinationHealth(database.connection, () => new Date(at))
const reason = { code: 'network' }
/** Other tests leave open breakers behind. */
const onlyThis = (connectionId: string) => Promise.resolve(connectionId === id)

it('opens after five failures in a row of at least three people', async () => {
  const health = process()
  for (const person of ['a', 'b', 'a', 'b', 'a', 'b']) await health.failed(id, person, reason)
  expect(health.isOpen(id)).toBe(false)
  expect(await health.failed(id, 'c', reason)).toBe(true)
  expect(health.isOpen(id)).toBe(true)
})

it('begins to count again after a success', async () => {
  const health = process()
  for (const person of ['a', 'b', 'c', 'd']) await health.failed(id, person, reason)
  health.succeeded(id)
  expect(await health.failed(id, 'e', reason)).toBe(false)
  expect(health.isOpen(id)).toBe(false)
})

it('opens at once when the credentials no longer work, and every process learns of it', async () => {
  const [here, there] = [process(), process()]
  await here.refused(id, { code: 'http_status', data: { status: 401 } })
  expect(there.isOpen(id)).toBe(false)
  await there.refresh()
  expect(there.isOpen(id)).toBe(true)
  await here.close(id)
  expect(await there.refresh()).toEqual([id])
  expect(there.isOpen(id)).toBe(false)
})

it('tells of a destination that this very process found healed, once, so that what waits for it goes at once', async () => {
  const health = process()
  await health.refused(id, reason)
  await health.close(id)
  expect(await health.refresh()).toEqual([id])
  expect(await health.refresh()).toEqual([])
})

it('is probed although the clock was set back since it went down', async () => {
  const health = process()
  at += 24 * 3_600_000
  await health.refused(id, reason)
  at -= 24 * 3_600_000
  expect(await health.claimProbes(onlyThis)).toEqual([id])
  expect(await health.claimProbes(onlyThis)).toEqual([])
})

it('is probed by one process at a time, after 30 seconds and then after twice as long each time', async () => {
  const [here, there] = [process(), process()]
  await here.refused(id, reason)
  await there.refresh()
  expect(await here.claimProbes(onlyThis)).toEqual([])

  at += 30_000
  const claimed = [await here.claimProbes(onlyThis), await there.claimProbes(onlyThis)]
  expect(claimed).toEqual([[id], []])

  await here.probeFailed(id, reason)
  at += 59_000
  expect(await here.claimProbes(onlyThis)).toEqual([])
  at += 1_000
  expect(await here.claimProbes(onlyThis)).toEqual([id])
})

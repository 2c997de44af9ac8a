import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLeases, freeLeasesOf } from './leases.ts'
import type { Leases } from './leases.ts'
import { openDatabase } from './mongo.ts'
import type { Database } from './mongo.ts'
import { PARTITIONS } from './partition.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'

let dir: string
let database: Database
let at: number
const running: Leases[] = []

beforeEach(async () => {
  at = Date.parse('2026-11-25T10:00:00Z')
  dir = makeDataDir()
  database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((leases) => leases.stop()))
  await database.close()
  rmSync(dir, { recursive: true, force: true })
})

function process(id: string) {
  const leases = createLeases({
    connection: database.connection,
    processId: id,
    exclusive: false,
    now: () => new Date(at),
    onTake: () => undefined,
    onLose: () => Promise.resolve(),
  })
  running.push(leases)
  return leases
}

it('gives everything to the only process, and a fair half to a second one', async () => {
  const first = process('a')
  await first.start()
  expect(first.held()).toHaveLength(PARTITIONS)

  const second = process('b')
  await second.start()
  at += 16_000
  await first.keepUp()
  at += 16_000
  await second.keepUp()
  expect(first.held()).toHaveLength(PARTITIONS / 2)
  expect(new Set([...first.held(), ...second.held()]).size).toBe(PARTITIONS)
})

it('lets nobody work for a partition whose lease has run out, and fences the former owner off', async () => {
  const first = process('a')
  await first.start()
  const before = first.token(7)
  at += 61_000
  expect(first.holds(7)).toBe(false)

  const second = process('b')
  await second.start()
  expect(second.holds(7)).toBe(true)
  expect(second.token(7)).toBeGreaterThan(before)
})

it('starts nothing that could outlast the lease', async () => {
  const first = process('a')
  await first.start()
  expect(first.holds(7, 40_000)).toBe(true)
  at += 30_000
  expect(first.holds(7, 40_000)).toBe(false)
  expect(first.holds(7)).toBe(true)
})

it('gives what a process held to the next one at once, where that process is known to have ended', async () => {
  const killed = process('a')
  await killed.start()
  const next = process('b')
  await freeLeasesOf(database.connection, 'a')
  await next.start()
  expect(next.held()).toHaveLength(PARTITIONS)
  expect(next.processes()).toBe(1)
  expect(next.token(7)).toBeGreaterThan(killed.token(7))
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Checkpoints } from './checkpoints.ts'
import { encode } from './encode.ts'
import { Settling } from './settling.ts'
import { docOf, Store } from './store.ts'

let dir = ''
let store: Store
let checkpoints: Checkpoints
let settling: Settling | undefined
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'switchyard-settling-'))
  store = new Store(join(dir, 'store.sqlite'))
  checkpoints = new Checkpoints(store.db, { worthBytes: 1, framesMax: 250 })
})
afterEach(async () => {
  settling?.stop()
  await checkpoints.stop()
  store.close()
  rmSync(dir, { recursive: true })
})

async function put(bytes: number): Promise<void> {
  await store.queue.run(function* () {
    store.writer.insert(
      store.collectionForWrite('t', 'c'),
      encode(docOf({ _id: Math.random(), text: 'x'.repeat(bytes) })),
    )
  })
}

const patient = { ms: 3_600_000, msMax: 3_600_000, worthBytes: 0, bytesMax: 1e9, logBytesMax: 1e9 }

it('brings in what is in the log once there is enough of it', async () => {
  settling = new Settling(store, checkpoints, { ...patient, bytesMax: 100_000 })
  await put(150_000)
  await vi.waitFor(() => expect(store.db.unsettledBytes).toBe(0), { timeout: 10_000 })
  expect(store.db.logBytes).toBeGreaterThan(150_000)
})

it('brings in the least bit after a while', async () => {
  settling = new Settling(store, checkpoints, { ...patient, msMax: 100 })
  await put(1)
  await vi.waitFor(() => expect(store.db.unsettledBytes).toBe(0), { timeout: 10_000 })
})

it('keeps the log short although writing never pauses', async () => {
  settling = new Settling(store, checkpoints, { ...patient, bytesMax: 50_000, logBytesMax: 300_000 })
  let written = 0
  await vi.waitFor(
    async () => {
      await put(50_000)
      written += 50_000
      expect(store.db.logBytes).toBeLessThan(written / 2)
    },
    { timeout: 30_000, interval: 1 },
  )
})

it('lets the write-ahead log begin anew once everything is copied, whether something is written or not', async () => {
  settling = new Settling(store, checkpoints, { ...patient, bytesMax: 100_000 })
  await put(300 * 8_192)
  await vi.waitFor(() => expect(checkpoints.isLogLong).toBe(true), { timeout: 10_000, interval: 1 })
  await vi.waitFor(() => expect(checkpoints.isLogLong).toBe(false), { timeout: 10_000 })
})

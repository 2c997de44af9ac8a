import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Checkpoints } from './checkpoints.ts'
import { encode } from './encode.ts'
import { docOf, Store } from './store.ts'

const framesMax = 250
const pageBytes = 8_192

let dir = ''
let file = ''
let store: Store
let checkpoints: Checkpoints
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'switchyard-checkpoints-'))
  file = join(dir, 'store.sqlite')
  store = new Store(file)
  checkpoints = new Checkpoints(store.db, { worthBytes: 1, framesMax })
})
afterEach(async () => {
  await checkpoints.stop()
  store.close()
  rmSync(dir, { recursive: true })
})

/** Writes 50 pages, has SQLite commit them, and goes on before anything else can happen. */
async function writeAndSettle(round: number): Promise<void> {
  const next = () =>
    store.queue.run(function* () {
      const text = 'x'.repeat(50 * pageBytes)
      store.writer.insert(store.collectionForWrite('t', 'c'), encode(docOf({ _id: round, text })))
    })
  await next()
  const bytes = store.db.unsettledBytes
  store.queue.settle()
  checkpoints.afterCommit(bytes)
  // A transaction is open again from here on, as under steady load.
  store.db.begin()
}

it('keep the write-ahead log small although transactions follow each other without a gap', async () => {
  for (let round = 0; round < 60; round++) {
    await writeAndSettle(round)
    await checkpoints.idle()
  }
  expect(statSync(`${file}-wal`).size).toBeLessThan(2 * framesMax * pageBytes)
  expect(statSync(file).size).toBeGreaterThan(50 * 50 * pageBytes)
})

it('hold up nobody where their thread cannot work', async () => {
  const { sqlite } = store.db
  const broken = new Checkpoints(
    { file: join(dir, 'missing', 'store.sqlite'), sqlite },
    { worthBytes: 0, framesMax },
  )
  for (let round = 0; round < 2; round++) {
    broken.afterCommit(1)
    await broken.idle()
    expect(broken.hasCaughtUp).toBe(false)
  }
  await broken.stop()
})

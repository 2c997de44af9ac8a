import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../scripts/harness/seeded-random.ts'
import { ridRange } from './catalog.ts'
import { decode } from './decode.ts'
import { tailOf } from './document-writer.ts'
import { encode } from './encode.ts'
import { logFile, storeFile } from './folder-files.ts'
import { readSpecification } from './commands/index-specification.ts'
import { docOf, Store } from './store.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'switchyard-log-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

const ns = 't.c'

/** Applies changes of documents as one batch; `n` of -1 removes. */
function write(store: Store, changes: readonly { id: number; n: number }[]): Promise<void> {
  return store.queue.run(function* () {
    const collection = store.collectionForWrite('t', 'c')
    for (const { id, n } of changes) {
      const [index] = collection.indexes
      const doc = encode(docOf({ _id: id, n, pad: 'x'.repeat((id * 37) % 300) }))
      const key = index && store.writer.keysOf(index, doc, Buffer.alloc(0)).keys[0]
      const row = key && store.db.rowOf(key)
      if (!row) store.writer.insert(collection, doc)
      else if (n < 0) store.writer.remove(collection, row)
      else store.writer.replace(collection, row, doc)
    }
  })
}

/** What a store holds, after its index entries and totals have been compared with its documents. */
function soundContent(store: Store): Record<string, unknown> {
  expect(store.db.integrityComplaints()).toEqual([])
  const collection = store.catalog.find(ns)
  if (!collection) return {}
  const { from, to } = ridRange(collection.id)
  const rows = store.db.documents(from, to, false, 1e6)
  expect(collection.count).toBe(rows.length)
  expect(collection.bytes).toBe(rows.reduce((sum, row) => sum + row.doc.length, 0))
  for (const index of collection.indexes) {
    const entries = store.db.entries(index.prefix, Buffer.concat([index.prefix, Buffer.of(0xff)]), false, 1e6)
    const anew = rows.flatMap((row) => store.writer.keysOf(index, row.doc, tailOf(collection, row.rid)).keys)
    expect(entries.map(({ key }) => key.toString('hex'))).toEqual(
      anew.map((key) => key.toString('hex')).toSorted(),
    )
  }
  return Object.fromEntries(rows.map(({ doc }) => [String(decode(doc)['_id']), decode(doc)['n']]))
}

/** A write that goes wrong half-way is taken back with the help of the log, which must not begin anew by that. */
async function breakOff(store: Store): Promise<void> {
  const content = soundContent(store)
  const { unsettledBytes, logBytes } = store.db
  const broken = store.queue.run(function* () {
    store.writer.insert(store.collectionForWrite('t', 'c'), encode(docOf({ _id: 'half' })))
    throw new Error('broken off')
  })
  await expect(broken).rejects.toThrow('broken off')
  expect({ unsettledBytes, logBytes }).toEqual({
    unsettledBytes: store.db.unsettledBytes,
    logBytes: store.db.logBytes,
  })
  expect(soundContent(store)).toEqual(content)
}

/** The files as a crash would leave them now, with the log's bytes given. */
function crashed(log: Buffer, name = 'crashed'): string {
  const image = join(dir, `${name}.sqlite`)
  for (const end of ['', '-wal', '-redo', '-shm']) rmSync(image + end, { force: true })
  cpSync(storeFile(dir), image)
  if (existsSync(`${storeFile(dir)}-wal`)) cpSync(`${storeFile(dir)}-wal`, `${image}-wal`)
  writeFileSync(logFile(image), log)
  return image
}

function contentOf(image: string): Record<string, unknown> {
  const store = new Store(image)
  try {
    return soundContent(store)
  } finally {
    store.db.close()
  }
}

describe('after a crash', () => {
  for (const seed of [1, 2, 3]) {
    it(`every acknowledged write is there and no half batch, wherever the log was cut (seed ${seed})`, async () => {
      const random = seededRandom(seed)
      const upTo = (limit: number) => Math.floor(random() * limit)
      const store = new Store(storeFile(dir))
      store.open()
      await store.queue.run(function* () {
        const key = docOf({ key: docOf({ n: 1 }), name: 'n_1' })
        store.catalog.addIndex(store.collectionForWrite('t', 'c'), readSpecification(key))
      })
      let acknowledged = soundContent(store)
      let walOnDisk = statSync(`${storeFile(dir)}-wal`).size
      for (let round = 0; round < 40; round++) {
        if (upTo(3) === 0) await breakOff(store)
        const before = readFileSync(logFile(storeFile(dir)))
        const from = store.db.logBytes
        const changes = Array.from({ length: 1 + upTo(8) }, () => ({ id: upTo(40), n: upTo(5) - 1 }))
        await write(store, changes)
        const after = readFileSync(logFile(storeFile(dir)))
        const to = store.db.logBytes
        const written = soundContent(store)

        // The record reached the disk only in part, over what an earlier use of the file left there.
        const cut = from + upTo(to - from)
        const torn = Buffer.concat([after.subarray(0, cut), before.subarray(cut)])
        expect(contentOf(crashed(torn))).toEqual(acknowledged)
        expect(contentOf(crashed(after))).toEqual(written)
        acknowledged = written

        if (upTo(4) > 0) continue
        const forGood = upTo(3) === 0
        store.queue.settle(forGood)
        expect(contentOf(crashed(after))).toEqual(acknowledged)
        // Of what SQLite has committed since the log began anew, the disk has only a part.
        const wal = readFileSync(`${storeFile(dir)}-wal`)
        const image = crashed(after)
        writeFileSync(`${image}-wal`, wal.subarray(0, walOnDisk + upTo(wal.length - walOnDisk)))
        expect(contentOf(image)).toEqual(acknowledged)
        if (forGood) walOnDisk = wal.length
      }
      store.close()
      expect(statSync(logFile(storeFile(dir))).size).toBe(0)
      expect(contentOf(storeFile(dir))).toEqual(acknowledged)
    }, 60_000)
  }

  it('goes on where it was, again and again, whether SQLite committed in between or not', async () => {
    const random = seededRandom(7)
    let expected = {}
    for (let round = 0; round < 12; round++) {
      const store = new Store(storeFile(dir))
      if (random() < 0.5) store.open()
      expect(soundContent(store)).toEqual(expected)
      for (let i = 0; i < 3; i++) await write(store, [{ id: round * 10 + i, n: i }])
      if (random() < 0.5) store.queue.settle(random() < 0.5)
      await write(store, [{ id: round * 10 + 5, n: 5 }])
      expected = soundContent(store)
      store.db.close()
    }
  })
})

describe('a log', () => {
  /** Three acknowledged writes that are only in the log. */
  async function threeWrites(): Promise<{ log: Buffer; ends: number[] }> {
    const store = new Store(storeFile(dir))
    store.open()
    await write(store, [{ id: 0, n: 0 }])
    store.queue.settle(true)
    const ends = Array<number>()
    for (const id of [1, 2, 3]) {
      await write(store, [{ id, n: id }])
      ends.push(store.db.unsettledBytes)
    }
    store.db.close()
    return { log: readFileSync(logFile(storeFile(dir))), ends }
  }

  it('that is damaged in the middle is told, not served', async () => {
    const { log, ends } = await threeWrites()
    for (const at of [0, 5, 30, (ends[0] ?? 0) + 2, (ends[1] ?? 0) - 1]) {
      const flipped = Buffer.from(log)
      flipped[at] = (flipped[at] ?? 0) ^ 0x40
      expect(() => new Store(crashed(flipped))).toThrow(/write \d of its log is unreadable, but write \d/)
    }
  })

  it('whose last write is unreadable goes up to the one before', async () => {
    const { log, ends } = await threeWrites()
    const flipped = Buffer.from(log)
    const at = (ends[2] ?? 0) - 1
    flipped[at] = (flipped[at] ?? 0) ^ 0x40
    expect(contentOf(crashed(flipped))).toEqual({ 0: 0, 1: 1, 2: 2 })
    expect(contentOf(crashed(log.subarray(0, ends[1])))).toEqual({ 0: 0, 1: 1, 2: 2 })
    expect(contentOf(crashed(Buffer.alloc(0)))).toEqual({ 0: 0 })
    expect(contentOf(crashed(Buffer.alloc(5_000, 0xab)))).toEqual({ 0: 0 })
  })

  it('whose writes SQLite has already is left alone', async () => {
    const { log } = await threeWrites()
    const store = new Store(storeFile(dir))
    store.queue.settle()
    await write(store, [{ id: 4, n: 4 }])
    store.queue.settle()
    store.db.close()
    expect(contentOf(crashed(log))).toEqual({ 0: 0, 1: 1, 2: 2, 3: 3, 4: 4 })
  })

  it('that went on after a commit which SQLite called failed, though the disk has it, is followed', async () => {
    const { log } = await threeWrites()
    const other = new Store(crashed(log, 'other'))
    await write(other, [{ id: 4, n: 4 }])
    other.db.close()
    const store = new Store(storeFile(dir))
    store.queue.settle()
    store.db.close()
    const image = crashed(readFileSync(logFile(join(dir, 'other.sqlite'))))
    expect(contentOf(image)).toEqual({ 0: 0, 1: 1, 2: 2, 3: 3, 4: 4 })
    const again = new Store(image)
    await write(again, [{ id: 5, n: 5 }])
    again.queue.settle()
    await write(again, [{ id: 6, n: 6 }])
    again.db.close()
    expect(contentOf(image)).toEqual({ 0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6 })
  })

  it('that does not belong to the file is told, not served', async () => {
    const { log } = await threeWrites()
    const old = crashed(Buffer.alloc(0), 'old')
    const store = new Store(storeFile(dir))
    for (let id = 10; id < 14; id++) {
      store.queue.settle(true)
      await write(store, [{ id, n: id }])
    }
    store.db.close()
    writeFileSync(logFile(old), readFileSync(logFile(storeFile(dir))))
    expect(() => new Store(old)).toThrow(/the two are not of the same time/)
    writeFileSync(logFile(old), log)
    expect(contentOf(old)).toEqual({ 0: 0, 1: 1, 2: 2, 3: 3 })
  })
})

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs, {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import { deserialize, Long, serialize, UUID, type Document } from 'bson'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { afterPrefix, ridRange } from './catalog.ts'
import type { Reply } from './commands/command.ts'
import { createIndexes } from './commands/indexes.ts'
import { copyStore } from './copy-store.ts'
import { docOf, Store } from './store.ts'
import { decode } from './decode.ts'
import { tailOf } from './document-writer.ts'
import { encode } from './encode.ts'
import { startEmbeddedStore } from './start-embedded-store.ts'
import { logFile, storeFile } from './folder-files.ts'
import { restoreStore } from './restore-store.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'switchyard-store-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

const script = join(import.meta.dirname, '../../scripts/store.ts')

/** `kilobytesMax` is the most a file may hold, which a program meets as a full disk. */
async function startProcess(kilobytesMax?: number): Promise<{ child: ChildProcess; url: string }> {
  const serve = [script, 'serve', '--dir', dir]
  const limited = `trap '' XFSZ; ulimit -f ${(kilobytesMax ?? 0) * 2}; exec "$0" "$@"`
  const child = spawn(
    kilobytesMax === undefined ? process.execPath : 'sh',
    kilobytesMax === undefined ? serve : ['-c', limited, process.execPath, ...serve],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let complaint = ''
  child.stderr.on('data', (text) => (complaint += String(text)))
  for await (const line of createInterface({ input: child.stdout })) return { child, url: line }
  throw new Error(complaint)
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const rounds = 3
const writers = 8
const writesPerRound = 80

it('loses no acknowledged write when the process is killed in the middle, again and again', async () => {
  const acknowledged = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const { child, url } = await startProcess()
    const client = new MongoClient(url, { retryWrites: false, serverSelectionTimeoutMS: 2000 })
    const hits = client.db().collection<{ _id: string; key: string; n: number }>('hits')
    await hits.createIndex({ key: 1 }, { unique: true })
    await hits.createIndex({ n: 1, key: 1 })
    let written = 0
    const allWritten = Promise.withResolvers<void>()
    const write = async (writer: number) => {
      for (let i = 0; ; i++) {
        const id = `${round}-${writer}-${i}`
        await hits.insertOne({ _id: id, key: `k${id}`, n: 0 })
        acknowledged.set(id, 0)
        await hits.updateOne({ _id: id }, { $set: { n: i + 1 } })
        acknowledged.set(id, i + 1)
        if (++written === writesPerRound) allWritten.resolve()
      }
    }
    const ends = Array.from({ length: writers }, (_, writer) => write(writer).catch(() => {}))
    await allWritten.promise
    await kill(child)
    await Promise.all(ends)
    await client.close()
    expectSound(acknowledged)
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(rounds * writesPerRound)
}, 120_000)

/** Opens the killed store's file itself: every acknowledged document is there, and its index entries are right. */
function expectSound(acknowledged: ReadonlyMap<string, number>): void {
  const store = new Store(storeFile(dir))
  expect(store.db.integrityComplaints()).toEqual([])
  const collection = store.catalog.list().find((one) => one.name === 'hits')
  if (!collection) throw new Error('The collection is gone.')
  const { from, to } = ridRange(collection.id)
  const rows = store.db.documents(from, to, false, 1e6)
  const stored = new Map(rows.map((row) => [decode(row.doc)['_id'], decode(row.doc)['n']]))
  const lost = Array.from(acknowledged).filter(([id, n]) => {
    const has = stored.get(id)
    return typeof has !== 'number' || has < n
  })
  expect(lost).toEqual([])
  expect(collection.count).toBe(rows.length)
  for (const index of collection.indexes) {
    const entries = store.db.entries(index.prefix, Buffer.concat([index.prefix, Buffer.of(0xff)]), false, 1e6)
    const anew = rows.flatMap((row) => store.writer.keysOf(index, row.doc, tailOf(collection, row.rid)).keys)
    expect(entries.map((entry) => entry.key.toString('hex'))).toEqual(
      anew.map((key) => key.toString('hex')).toSorted(),
    )
  }
  store.db.close()
}

it('answers a retried write with its first outcome, even after a restart', async () => {
  const numbered = {
    insert: 'once',
    documents: [{ _id: 'a' }],
    lsid: { id: new UUID('11111111-1111-4111-8111-111111111111') },
    txnNumber: Long.fromNumber(7),
  }
  const replies = Array<unknown>()
  for (let i = 0; i < 2; i++) {
    const store = await startEmbeddedStore({ dir })
    replies.push(await sendCommand(store.url, numbered))
    await store.stop()
  }
  expect(replies[0]).toMatchObject({ n: 1, ok: 1 })
  expect(replies[1]).toEqual(replies[0])
}, 60_000)

/** Sends one command as it is; a driver would number it itself. */
async function sendCommand(url: string, command: Document): Promise<Document> {
  const socket = connect(decodeURIComponent(new URL(url).hostname))
  const body = serialize({ ...command, $db: 'switchyard' })
  const message = Buffer.alloc(21 + body.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(2013, 12)
  message.set(body, 21)
  socket.write(message)
  const [reply] = await once(socket, 'data')
  socket.destroy()
  return deserialize(Buffer.from(reply).subarray(21))
}

it('tells a second process in one sentence that the folder is in use, and is no obstacle after a kill', async () => {
  const { child } = await startProcess()
  await expect(startEmbeddedStore({ dir })).rejects.toThrow(/is in use by another Switchyard process/)
  await kill(child)
  const store = await startEmbeddedStore({ dir })
  await store.stop()
}, 60_000)

it('says in one sentence that its folder cannot be written to, and why', async () => {
  const file = join(dir, 'file')
  writeFileSync(file, '')
  const started = startEmbeddedStore({ dir: join(file, 'data') })
  await expect(started).rejects.toThrow(
    /^The data folder .* cannot be written to \(ENOTDIR: .*\)\. Give this user/,
  )
})

it.skipIf(process.getuid?.() === 0)('says so of a folder that is read-only too', async () => {
  chmodSync(dir, 0o500)
  const started = startEmbeddedStore({ dir })
  await expect(started).rejects.toThrow(
    /^The data folder .* cannot be written to \(EACCES: .*\)\. Give this user/,
  )
  chmodSync(dir, 0o700)
})

it('says that the disk is full, writes nothing of it, and goes on by itself once there is room', async () => {
  const store = new Store(storeFile(dir))
  const put = (id: number, bytes: number) =>
    store.queue.run(function* () {
      store.writer.insert(
        store.collectionForWrite('t', 'full'),
        encode(docOf({ _id: id, pad: 'x'.repeat(bytes) })),
      )
    })
  await put(1, 10)
  store.db.sqlite.exec('PRAGMA max_page_count=30')
  await expect(put(2, 1_000_000)).rejects.toThrow(/the disk that holds the data folder is full/)
  expect(store.catalog.find('t.full')?.count).toBe(1)
  store.db.sqlite.exec('PRAGMA max_page_count=1000000')
  await put(3, 1_000_000)
  expect(store.catalog.find('t.full')?.count).toBe(2)
  store.close()
})

describe('an index that is built over many documents', () => {
  const spec = docOf({ key: docOf({ a: 1 }), name: 'a_1' })
  const body = docOf({ createIndexes: 'items', indexes: [spec] })

  function createIndex(store: Store): Promise<Reply> {
    const name = 'createIndexes'
    const request = {
      id: 1,
      body,
      name,
      sequences: new Map<string, Buffer[]>(),
      silent: false,
      legacy: false,
    }
    const server = { address: '', folderKey: '' }
    return Promise.resolve(createIndexes.run({ store, request, body, db: 't', server, connectionId: 1 }))
  }

  async function filled(): Promise<Store> {
    const store = new Store(storeFile(dir))
    await store.queue.run(function* () {
      const collection = store.collectionForWrite('t', 'items')
      for (let i = 0; i < 10_000; i++) {
        store.writer.insert(collection, encode(docOf({ _id: i, a: String(i * 7919).padEnd(300, 'x') })))
      }
    })
    store.queue.settle()
    return store
  }

  const indexesOf = (store: Store) =>
    store.catalog.find('t.items')?.indexes.map(({ name, building }) => ({ name, building }))
  const idIndex = { name: '_id_', building: false }

  afterEach(() => {
    vi.restoreAllMocks()
    syncBuiltinESMExports()
  })

  /** The next writes of the log find the disk full. */
  function fillDisk(writes: number): void {
    const write = vi.spyOn(fs, 'writeSync')
    for (let i = 0; i < writes; i++) {
      write.mockImplementationOnce(() => {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC', syscall: 'write' })
      })
    }
    syncBuiltinESMExports()
  }

  it.each([
    ['is not there after the disk was full', 1, [idIndex]],
    ['stays unfinished when not even its removal finds room', 2, [idIndex, { name: 'a_1', building: true }]],
  ])('%s, and is built anew once there is room', async (_name, failures, left) => {
    const store = await filled()
    const first = createIndex(store)
    while (indexesOf(store)?.length === 1) await setImmediate()
    fillDisk(failures)
    await expect(first).rejects.toThrow(/the disk that holds the data folder is full/)
    expect(indexesOf(store)).toEqual(left)
    await createIndex(store)
    expect(indexesOf(store)).toEqual([idIndex, { name: 'a_1', building: false }])
    const prefix = store.catalog.find('t.items')?.indexes[1]?.prefix ?? Buffer.alloc(0)
    expect(store.db.countEntries(prefix, afterPrefix(prefix), 20_000).count).toBe(10_000)
    store.close()
  })

  it('is waited for by everybody who asks for it', async () => {
    const store = await filled()
    const answers = [createIndex(store), createIndex(store)].map(async (answer) => {
      await answer
      return indexesOf(store)
    })
    const both = [idIndex, { name: 'a_1', building: false }]
    expect(await Promise.all(answers)).toEqual([both, both])
    store.close()
  })
})

it('tells a full disk to every write it meets, keeps what it acknowledged before, and goes on after a restart with room', async () => {
  const { child, url } = await startProcess(2_000)
  const client = new MongoClient(url, { retryWrites: false })
  const items = client.db().collection<{ _id: number; pad: string }>('items')
  const acknowledged = Array<number>()
  const refused = Array<string>()
  for (let i = 0; refused.length < 5; i++) {
    const pad = 'x'.repeat(200_000)
    await items.insertOne({ _id: i, pad }).then(
      () => acknowledged.push(i),
      (error: unknown) => refused.push(String(error)),
    )
  }
  expect(refused).toEqual(
    refused.map(() => expect.stringMatching(/the disk that holds the data folder is full/)),
  )
  expect(acknowledged.length).toBeGreaterThan(3)
  const stored = await items.find({}, { projection: { _id: 1 } }).toArray()
  expect(stored.map((one) => one._id)).toEqual(acknowledged)
  await client.close()
  await kill(child)

  const store = await startEmbeddedStore({ dir })
  const later = new MongoClient(store.url)
  const found = await later
    .db()
    .collection('items')
    .find({}, { projection: { _id: 1 } })
    .toArray()
  expect(found.map((one) => one._id)).toEqual(acknowledged)
  await later.close()
  await store.stop()
}, 60_000)

it('refuses to serve a damaged file after an end that was not clean', async () => {
  const { child, url } = await startProcess()
  const client = new MongoClient(url)
  await client
    .db()
    .collection('c')
    .insertMany(Array.from({ length: 500 }, (_, i) => ({ i, pad: 'x'.repeat(500) })))
  await client.close()
  await kill(child)
  const store = new Store(storeFile(dir))
  store.queue.settle()
  store.db.sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  store.db.close()
  const file = openSync(storeFile(dir), 'r+')
  writeSync(file, Buffer.alloc(8192, 0xab), 0, 8192, 8192 * 12)
  closeSync(file)
  await expect(startEmbeddedStore({ dir })).rejects.toThrow(/is damaged/)
}, 60_000)

it('fails a command whose answer is nested too deep, because an earlier version kept such a document, and serves on', async () => {
  let deep: Document = {}
  for (let i = 1; i < 200; i++) deep = { a: deep }
  const kept = new Store(storeFile(dir))
  await kept.queue.run(function* () {
    const doc = Buffer.from(serialize({ _id: 1, deep }))
    kept.writer.insert(kept.collectionForWrite('switchyard', 'old'), doc)
  })
  kept.close()
  const store = await startEmbeddedStore({ dir })
  const client = new MongoClient(store.url)
  const old = client.db('switchyard').collection('old')
  await expect(old.distinct('deep')).rejects.toMatchObject({ code: 15 })
  expect(await old.countDocuments()).toBe(1)
  await client.close()
  await store.stop()
}, 60_000)

it('refuses to start without its log after an end that was not clean, naming the file, and starts again with it', async () => {
  const { child, url } = await startProcess()
  const client = new MongoClient(url)
  await client.db().collection('c').insertOne({ i: 1 })
  const copied = join(dir, 'copy.sqlite')
  await copyStore(dir, copied)
  await client.close()
  await kill(child)
  const log = logFile(storeFile(dir))
  renameSync(log, `${log}.away`)
  await expect(startEmbeddedStore({ dir })).rejects.toThrow(/store\.sqlite-redo is missing/)
  await expect(copyStore(dir, join(dir, 'other.sqlite'))).rejects.toThrow(/store\.sqlite-redo is missing/)
  renameSync(`${log}.away`, log)
  const store = await startEmbeddedStore({ dir })
  await store.stop()

  // What stopped cleanly is all in one file, and so is a copy of what was running.
  rmSync(log)
  const again = await startEmbeddedStore({ dir })
  await again.stop()
  const restored = join(dir, 'restored')
  restoreStore(copied, restored)
  const other = await startEmbeddedStore({ dir: restored })
  const reader = new MongoClient(other.url)
  expect(await reader.db().collection('c').countDocuments()).toBe(1)
  await reader.close()
  await other.stop()
}, 60_000)

it('starts with a copy that an earlier version made of a running store', async () => {
  const store = new Store(storeFile(dir))
  store.open()
  store.db.sqlite.exec("DELETE FROM state WHERE name='needsLog'")
  store.db.close()
  rmSync(logFile(storeFile(dir)))
  const started = await startEmbeddedStore({ dir })
  expect(started.url).toMatch(/^mongodb:/)
  await started.stop()
})

it('copies itself while it is written to, and when it does not run', async () => {
  const store = await startEmbeddedStore({ dir })
  const client = new MongoClient(store.url)
  const items = client.db().collection('items')
  await items.insertMany(Array.from({ length: 300 }, (_, i) => ({ i })))
  const asked = client
    .db('admin')
    .command({ switchyardBackup: 1, file: join(dir, 'stolen.sqlite'), key: 'guess' })
  await expect(asked).rejects.toThrow(/key of the data folder/)
  const copying = copyStore(dir, join(dir, 'hot.sqlite'))
  await items.insertOne({ i: 300 })
  const hot = await copying
  expect(hot.documents).toBeGreaterThanOrEqual(300)
  await expect(copyStore(dir, join(dir, 'hot.sqlite'))).rejects.toThrow(/exists/)
  await client.close()
  await store.stop()
  expect(await copyStore(dir, join(dir, 'cold.sqlite'))).toEqual({ documents: 301 })
  const copy = new Store(join(dir, 'cold.sqlite'))
  expect(copy.catalog.list()[0]?.count).toBe(301)
  expect(copy.db.integrityComplaints()).toEqual([])
  copy.close()
}, 60_000)

import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { StoreError } from './errors.ts'
import { Housekeeping } from './housekeeping.ts'
import { readSpecification } from './commands/index-specification.ts'
import { ridRange } from './catalog.ts'
import { docOf, Store } from './store.ts'
import type { Durability } from './write-queue.ts'

let dir = ''
let store: Store
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'switchyard-queue-'))
  store = new Store(join(dir, 'store.sqlite'))
})
afterEach(() => {
  store.close()
  rmSync(dir, { recursive: true })
})

function put(
  id: number,
  fields: Parameters<typeof docOf>[0] = {},
  durability: Durability = 'at_once',
): Promise<void> {
  return store.queue.run(function* () {
    store.writer.insert(store.collectionForWrite('t', 'c'), encode(docOf({ _id: id, ...fields })))
  }, durability)
}

function storedIds(from = store): unknown[] {
  const collection = from.catalog.find('t.c')
  if (!collection) return []
  const range = ridRange(collection.id)
  return from.db.documents(range.from, range.to, false, 1e6).map((row) => decode(row.doc)['_id'])
}

/** What a store finds that opens the files as they are now. */
function idsAfterKill(): unknown[] {
  const copy = mkdtempSync(join(dir, 'copy-'))
  for (const file of readdirSync(dir)) {
    if (file.startsWith('store.sqlite')) copyFileSync(join(dir, file), join(copy, file))
  }
  const found = new Store(join(copy, 'store.sqlite'))
  const ids = storedIds(found)
  found.close()
  return ids
}

it('gives everybody a turn between the parts of a write that takes long', async () => {
  let parts = 0
  const long = store.queue.run(function* () {
    for (; parts < 5; parts++) {
      // Its time is over only when the next write would begin.
      while (!store.queue.isSliceOver);
      yield
    }
  })
  await put(1)
  expect(parts).toBeLessThan(5)
  await long
})

it('lets all writes that wait share one commit', async () => {
  const before = store.version()
  await Promise.all(Array.from({ length: 50 }, (_, i) => put(i)))
  // A loaded machine may cut them into several.
  expect(store.version() - before).toBeLessThan(25)
  expect(storedIds()).toHaveLength(50)
})

it('fails only the write that went wrong, not its neighbours in the same commit', async () => {
  // What is slow the first time is done before, so that all of them fit into one commit.
  await Promise.all([put(10), put(11)])
  const before = put(1)
  const bug = store.queue.run(function* () {
    store.writer.insert(store.collectionForWrite('t', 'c'), encode(docOf({ _id: 99 })))
    throw new TypeError('a bug')
  })
  const results = await Promise.allSettled([before, bug, put(1), put(2)])
  expect(results.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(storedIds()).toEqual([10, 11, 1, 2])
  expect(store.catalog.find('t.c')?.count).toBe(4)
})

it('answers a write that may last soon before it is on disk, and makes it last with the next that must', async () => {
  await put(1)
  await put(2, {}, 'soon')
  expect(storedIds()).toEqual([1, 2])
  expect(idsAfterKill()).toEqual([1])
  await put(3)
  expect(idsAfterKill()).toEqual([1, 2, 3])
})

it('makes a write that may last soon last without another one', async () => {
  await put(1, {}, 'soon')
  await expect.poll(() => idsAfterKill()).toEqual([1])
})

it('takes nothing else back with a batch that went wrong, whether it was on disk yet or not', async () => {
  await Promise.all([put(10), put(11)])
  await put(1, {}, 'soon')
  const bug = store.queue.run(function* () {
    store.writer.insert(store.collectionForWrite('t', 'c'), encode(docOf({ _id: 99 })))
    throw new TypeError('a bug')
  })
  await expect(bug).rejects.toThrow('a bug')
  await put(2, {}, 'soon')
  expect(storedIds()).toEqual([10, 11, 1, 2])
  await put(3)
  expect(idsAfterKill()).toEqual([10, 11, 1, 2, 3])
})

it('keeps a write that may last soon through a commit of SQLite', async () => {
  await put(1, {}, 'soon')
  store.queue.settle()
  expect(idsAfterKill()).toEqual([1])
  await put(2)
  expect(idsAfterKill()).toEqual([1, 2])
})

it('commits a long write in parts, so that others get between them', async () => {
  const order = Array<string>()
  const long = store.queue.run(function* () {
    for (let i = 0; i < 3; i++) {
      order.push(`part ${i}`)
      yield
    }
  })
  await Promise.all([long.then(() => order.push('long done')), put(1).then(() => order.push('short done'))])
  expect(order.indexOf('short done')).toBeLessThan(order.indexOf('part 2'))
})

it('takes no write after it was closed, and finishes those it has', async () => {
  const accepted = put(1)
  await store.queue.close()
  await accepted
  await expect(put(2)).rejects.toThrow(StoreError)
})

it('removes documents once their time is over, and not before', async () => {
  const housekeeping = new Housekeeping(store, 1e9)
  await store.queue.run(function* () {
    const spec = docOf({ key: docOf({ at: 1 }), name: 'at_1', expireAfterSeconds: 60 })
    store.catalog.addIndex(store.collectionForWrite('t', 'c'), readSpecification(spec))
  })
  const now = Date.UTC(2026, 0, 1)
  await put(1, { at: new Date(now - 61_000) })
  await put(2, { at: new Date(now - 59_000) })
  await put(3, { at: 'not a date' })
  await put(4)
  await housekeeping.expire(now)
  expect(storedIds()).toEqual([2, 3, 4])
  await housekeeping.expire(now + 2_000)
  expect(storedIds()).toEqual([3, 4])
  housekeeping.stop()
})

it('clears away a large dropped collection bit by bit, and never shows it in a new one of the same name', async () => {
  for (let i = 0; i < 5; i++) {
    await store.queue.run(function* () {
      for (let j = 0; j < 1000; j++) {
        store.writer.insert(store.collectionForWrite('t', 'c'), encode(docOf({ _id: i * 1000 + j })))
      }
    })
  }
  await store.queue.run(function* () {
    const old = store.catalog.find('t.c')
    if (old) store.catalog.drop(old)
  })
  expect(store.catalog.hasDropped()).toBe(true)
  await put(7)
  expect(storedIds()).toEqual([7])
  while (store.catalog.hasDropped()) {
    await store.queue.run(function* () {
      store.catalog.purgeSlice()
    })
  }
  expect(store.db.documents(0, Number.MAX_SAFE_INTEGER, false, 1e6)).toHaveLength(1)
})

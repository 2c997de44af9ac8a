import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Doc } from './bson-types.ts'
import { readSpecification } from './commands/index-specification.ts'
import { Database, type Entry, type Row } from './database.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { planFilter } from './plan.ts'
import { openQuery } from './query.ts'
import { openPlan, sorted, type RowSource } from './row-source.ts'
import { docOf, Store } from './store.ts'

let dir = ''
let store: Store
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'switchyard-rows-'))
  store = new Store(join(dir, 'store.sqlite'))
  await store.queue.run(function* () {
    const collection = store.collectionForWrite('t', 'c')
    store.catalog.addIndex(
      collection,
      readSpecification(docOf({ key: docOf({ half: 1, n: 1 }), name: 'half_n' })),
    )
    for (let n = 0; n < 200; n++) store.writer.insert(collection, document(n))
  })
})
afterEach(() => {
  store.close()
  rmSync(dir, { recursive: true })
})

function document(n: number): Buffer {
  return encode(docOf({ _id: n, n, half: n % 2 }))
}

const all = Array.from({ length: 200 }, (_, n) => n)
const inAll = docOf({ $in: all })
const reads: [string, Doc, Doc | undefined][] = [
  ['a scan', docOf({}), undefined],
  ['a scan from behind', docOf({}), docOf({ $natural: -1 })],
  ['single keys', docOf({ _id: inAll }), undefined],
  ['single keys from behind', docOf({ _id: inAll }), docOf({ _id: -1 })],
  ['an index range', docOf({ _id: docOf({ $gte: 0 }) }), docOf({ _id: 1 })],
  ['an index range from behind', docOf({ _id: docOf({ $gte: 0 }) }), docOf({ _id: -1 })],
]

it.each(reads)(
  '%s that is interrupted by writes shows each document once, and none that is gone',
  async (_name, filter, sort) => {
    const source = openQuery(store, store.catalog.find('t.c'), {
      filter,
      sort: sort?.['$natural'] ? undefined : sort,
      hint: sort?.['$natural'] ? sort : undefined,
    })
    const seen = Array<unknown>()
    const removed = new Set<number>()
    for (let row = source.next(); row !== undefined; row = source.next()) {
      if (!row) continue
      const n = Number(decode(row.doc)['n'])
      seen.push(n)
      if (seen.length % 9 !== 0) continue
      // The next but one in reading order goes.
      const ahead = seen.length > 1 && Number(seen[1]) < Number(seen[0]) ? n - 2 : n + 2
      removed.add(ahead)
      await store.queue.run(function* () {
        const collection = store.catalog.find('t.c')
        const next = collection && openQuery(store, collection, { filter: docOf({ _id: ahead }) })
        let gone = next?.next()
        while (gone === null) gone = next?.next()
        if (collection && gone) store.writer.remove(collection, gone)
      })
    }
    expect(seen.filter((n) => removed.has(Number(n)))).toEqual([])
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length + Array.from(removed).filter((n) => n >= 0 && n < 200).length).toBe(200)
  },
)

it.each(reads.filter(([, , sort]) => !sort))(
  '%s reads no more ahead than it has room for, where small documents are followed by large ones',
  async (_name, filter) => {
    const large = 'x'.repeat(1024 * 1024)
    await store.queue.run(function* () {
      const collection = store.collectionForWrite('t', 'large')
      for (let n = 0; n < 420; n++) {
        store.writer.insert(collection, encode(docOf({ _id: n, text: n < 400 ? '' : large })))
      }
    })
    const readAhead: number[] = []
    const { db } = store
    const documents = db.documents.bind(db)
    const entriesWithDocuments = db.entriesWithDocuments.bind(db)
    const noted = <T extends Row>(rows: T[]): T[] => {
      readAhead.push(rows.reduce((sum, { doc }) => sum + doc.length, 0))
      return rows
    }
    db.documents = (...args) => noted(documents(...args))
    db.entriesWithDocuments = (...args) => noted(entriesWithDocuments(...args))
    const source = openQuery(store, store.catalog.find('t.large'), { filter })
    let count = 0
    for (let row = source.next(); row !== undefined; row = source.next()) if (row) count++
    expect(count).toBe(filter['_id'] === inAll ? 200 : 420)
    expect(Math.max(0, ...readAhead)).toBeLessThan(3 * 1024 * 1024)
  },
)

it('ends a read whose collection is dropped, instead of passing half of it for the whole', async () => {
  const source = openQuery(store, store.catalog.find('t.c'), { filter: docOf({ half: 1 }) })
  while (source.next() === null);
  await store.queue.run(function* () {
    const collection = store.catalog.find('t.c')
    if (collection) store.catalog.drop(collection)
  })
  expect(() => source.next()).toThrow(/was dropped/)
})

/** Notices how much is read at once. */
class WatchedDatabase extends Database {
  mostBytes = 0

  override documents(...range: Parameters<Database['documents']>): Row[] {
    return this.watched(super.documents(...range))
  }

  override entriesWithDocuments(...range: Parameters<Database['entriesWithDocuments']>): (Entry & Row)[] {
    return this.watched(super.entriesWithDocuments(...range))
  }

  private watched<R extends Row>(rows: R[]): R[] {
    const bytes = rows.reduce((sum, { doc }) => sum + doc.length, 0)
    this.mostBytes = Math.max(this.mostBytes, bytes)
    return rows
  }
}

it.each([
  ['a scan', docOf({})],
  ['an index range', docOf({ _id: docOf({ $gte: 0 }) })],
])('%s of large documents reads few of them ahead, and finds all', async (_name, filter) => {
  const pad = 'x'.repeat(40_000)
  await store.queue.run(function* () {
    const collection = store.collectionForWrite('t', 'large')
    for (let n = 0; n < 200; n++) store.writer.insert(collection, encode(docOf({ _id: n, pad })))
  })
  store.queue.settle()
  const collection = store.catalog.find('t.large')
  if (!collection) throw new Error('The collection is gone.')
  const db = new WatchedDatabase(store.db.file)
  const plan = planFilter(collection, filter, { sort: [], hint: undefined, measure: () => 1 })
  const source = openPlan({ db, version: () => 0, check() {} }, collection, plan, () => true, [])
  const ids = Array<unknown>()
  for (let row = source.next(); row !== undefined; row = source.next()) {
    if (row) ids.push(decode(row.doc)['_id'])
  }
  db.close()
  expect(ids).toEqual(all)
  expect(db.mostBytes).toBeLessThan(2_000_000)
})

describe('a sort without an index', () => {
  const pad = 'x'.repeat(8_000_000)
  const first = { rid: 35, doc: encode(docOf({ n: 0, pad })) }
  const others = { rid: 1, doc: encode(docOf({ n: 1, pad })) }
  const byN = [{ path: 'n', descending: false }]

  function sourceOf(rows: readonly Row[]): RowSource {
    const left = rows.values()
    return { next: () => left.next().value }
  }

  it('gives the first of documents that are too many to hold', () => {
    const rows = Array.from({ length: 80 }, (_, i) => (i === 35 ? first : others))
    const source = sorted(sourceOf(rows), byN, 1)
    let row = source.next()
    while (row === null) row = source.next()
    expect(row).toBe(first)
    while (row) row = source.next()
    expect(row).toBeUndefined()
  })

  it('says so when it would have to hold too many', () => {
    const source = sorted(sourceOf(Array(80).fill(others)), byN, 40)
    expect(() => {
      while (source.next() === null);
    }).toThrow(/memory limit of 256 MB/)
  })
})

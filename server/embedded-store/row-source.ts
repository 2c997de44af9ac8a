import { ridRange, type Collection, type Index } from './catalog.ts'
import { exactKeysMax, type Database, type Entry, type Row } from './database.ts'
import { indexFields, sortKey, type IndexField } from './index-keys.ts'
import type { IndexPlan, KeyRange, Plan, SortField } from './plan.ts'
import { StoreError } from './errors.ts'

/**
 * Documents, one after the other: a row, `null` when this step found none but there may be more, `undefined` at the
 * end. Between steps a reader may let other work run; nothing of SQLite stays open meanwhile.
 */
export interface RowSource {
  next(): Row | null | undefined
}

/** What sources read from, and how they notice that what they read ahead may have changed. */
export interface Reading {
  readonly db: Database
  /** Goes up with every commit. */
  version(): number
  /** Throws where the collection, or the index, is no longer there. */
  check(index: Index | undefined): void
}

const firstChunk = 16

/** Of many ranges to be merged most are not needed far. */
const firstChunkOfMany = 4
const largestChunk = 512

/** Reading ahead saves time with small documents only, and every open cursor holds what it has read ahead. */
const chunkBytesMax = 1024 * 1024

/** The source of a plan's documents, in the plan's order. `accepts` is the filter, where the plan is not exact. */
export function openPlan(
  reading: Reading,
  collection: Collection,
  plan: Plan,
  accepts: (doc: Buffer) => boolean,
  sort: readonly SortField[],
): RowSource {
  const source = openInner(reading, collection, plan, accepts, sort)
  return plan.exact || plan.kind === 'union' ? source : filtered(source, accepts)
}

function openInner(
  reading: Reading,
  collection: Collection,
  plan: Plan,
  accepts: (doc: Buffer) => boolean,
  sort: readonly SortField[],
): RowSource {
  switch (plan.kind) {
    case 'scan':
      return scanned(reading, collection, plan.descending)
    case 'index': {
      const found = openIndex(reading, plan)
      return plan.repeats ? once(found) : found
    }
    case 'union': {
      const branches = plan.branches.map((branch) => {
        const source = openPlan(reading, collection, branch, accepts, sort)
        return sort.length > 0 && !branch.sorted ? sorted(source, sort) : source
      })
      return once(sort.length > 0 ? mergedBySort(branches, sort) : chained(branches))
    }
  }
}

function openIndex(reading: Reading, plan: IndexPlan): RowSource {
  const { mergeAfter } = plan
  if (!mergeAfter) return new RangesSource(reading, plan, plan.ranges, firstChunk)
  const heads = plan.ranges.map((range, i): Head<IndexRow> => {
    const after = mergeAfter[i] ?? 0
    return {
      source: new RangesSource(reading, plan, [range], firstChunkOfMany),
      keyOf: (row) => row.key.subarray(after),
    }
  })
  return merged(heads, plan.descending)
}

type IndexRow = Row & Entry

/** The documents of index ranges, read in chunks that grow; resumes after the last key when something was written. */
class RangesSource implements RowSource {
  private buffer: IndexRow[] = []
  /** The keys the buffer was read by, where they were exact ones. */
  private exactKeys: Buffer[] = []
  private at = 0
  private range = 0
  private from: Buffer | undefined
  private to: Buffer | undefined
  private version: number
  private through = false
  private readonly reading: Reading
  private readonly ranges: readonly KeyRange[]
  private readonly index: Index
  private readonly descending: boolean
  private chunk: number

  constructor(reading: Reading, plan: IndexPlan, ranges: readonly KeyRange[], chunk: number) {
    this.reading = reading
    this.index = plan.index
    this.ranges = ranges
    this.descending = plan.descending
    this.chunk = chunk
    this.version = reading.version()
  }

  next(): IndexRow | null | undefined {
    if (this.version !== this.reading.version()) {
      this.version = this.reading.version()
      this.reading.check(this.index)
      if (this.at < this.buffer.length) this.forgetAhead()
    }
    const ready = this.buffer[this.at]
    if (ready) {
      this.at++
      if (this.exactKeys.length === 0) this.passed(ready.key)
      return ready
    }
    const range = this.ranges[this.range]
    if (!range) return undefined
    if (range.exactKey) {
      this.readExact()
      return null
    }
    this.exactKeys = []
    if (this.through) {
      this.range++
      this.from = undefined
      this.to = undefined
      this.through = false
      return null
    }
    const from = this.from ?? range.from
    const to = this.to ?? range.to
    this.buffer = this.reading.db.entriesWithDocuments(from, to, this.descending, this.chunk, chunkBytesMax)
    this.at = 0
    this.through = isLast(this.buffer, this.chunk)
    this.chunk = nextChunk(this.chunk, this.buffer)
    return null
  }

  private readExact(): void {
    this.exactKeys = []
    while (this.exactKeys.length < exactKeysMax) {
      const range = this.ranges[this.range]
      if (!range?.exactKey) break
      this.exactKeys.push(range.from)
      this.range++
    }
    this.buffer = this.reading.db.rowsOf(this.exactKeys, this.descending)
    this.at = 0
  }

  private passed(key: Buffer): void {
    // A zero at the end makes the first key after this one.
    if (this.descending) this.to = key
    else this.from = Buffer.concat([key, zero])
  }

  private forgetAhead(): void {
    const last = this.buffer[this.at - 1]
    const done = last ? this.exactKeys.findIndex((key) => key.equals(last.key)) + 1 : 0
    this.range -= this.exactKeys.length - done
    this.exactKeys = []
    this.buffer = []
    this.at = 0
    this.through = false
  }
}

const zero = Buffer.of(0)

/** How many documents to read after so many of this size. */
function nextChunk(chunk: number, read: readonly Row[]): number {
  return bytesOf(read) < chunkBytesMax ? Math.min(chunk * 2, largestChunk) : Math.max(chunk >> 1, 1)
}

/** Whether nothing follows these: there are fewer than were asked for, although there was room. */
function isLast(read: readonly Row[], chunk: number): boolean {
  return read.length < chunk && bytesOf(read) < chunkBytesMax
}

function bytesOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { doc }) => sum + doc.length, 0)
}

function scanned(reading: Reading, collection: Collection, descending: boolean): RowSource {
  let { from, to } = ridRange(collection.id)
  let buffer = Array<Row>()
  let at = 0
  let version = reading.version()
  let through = false
  let chunk = firstChunk
  return {
    next() {
      if (version !== reading.version()) {
        version = reading.version()
        reading.check(undefined)
        if (at < buffer.length) {
          buffer = []
          at = 0
          through = false
        }
      }
      const ready = buffer[at]
      if (ready) {
        at++
        if (descending) to = ready.rid
        else from = ready.rid + 1
        return ready
      }
      if (through) return undefined
      buffer = reading.db.documents(from, to, descending, chunk, chunkBytesMax)
      at = 0
      through = isLast(buffer, chunk)
      chunk = nextChunk(chunk, buffer)
      return null
    },
  }
}

function filtered(source: RowSource, accepts: (doc: Buffer) => boolean): RowSource {
  return {
    next() {
      const row = source.next()
      return row && !accepts(row.doc) ? null : row
    },
  }
}

/** Each document once, where an index or several branches can give it again. */
function once(source: RowSource): RowSource {
  const seen = new Set<number>()
  return {
    next() {
      const row = source.next()
      if (!row) return row
      if (seen.has(row.rid)) return null
      seen.add(row.rid)
      return row
    },
  }
}

function chained(sources: readonly RowSource[]): RowSource {
  let at = 0
  return {
    next() {
      const source = sources[at]
      if (!source) return undefined
      const row = source.next()
      if (row !== undefined) return row
      at++
      return null
    },
  }
}

interface Head<R extends Row> {
  readonly source: { next(): R | null | undefined }
  /** What the source is ordered by. */
  readonly keyOf: (row: R) => Buffer
}

interface Ahead<R extends Row> {
  readonly head: Head<R>
  readonly row: Row
  readonly key: Buffer
}

/** Merges sources that are each in order. */
function merged<R extends Row>(heads: readonly Head<R>[], descending: boolean): RowSource {
  const direction = descending ? -1 : 1
  // A heap by hand would save little: few sources are merged, and an insertion into a sorted list is a binary search.
  const waiting = Array<Ahead<R>>()
  const unread = [...heads]

  function read(head: Head<R>): boolean {
    const row = head.source.next()
    if (row === null) return false
    if (row) insert({ head, row, key: head.keyOf(row) })
    return true
  }

  function insert(entry: Ahead<R>): void {
    let low = 0
    let high = waiting.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = waiting[middle]
      // The list is kept back to front, so that the next one is taken off its end.
      if (other && direction * Buffer.compare(entry.key, other.key) < 0) low = middle + 1
      else high = middle
    }
    waiting.splice(low, 0, entry)
  }

  return {
    next() {
      const head = unread.at(-1)
      if (head) {
        if (read(head)) unread.pop()
        return null
      }
      const first = waiting.pop()
      if (!first) return undefined
      unread.push(first.head)
      return first.row
    },
  }
}

function mergedBySort(sources: readonly RowSource[], sort: readonly SortField[]): RowSource {
  const fields = sortIndexFields(sort)
  return merged(
    sources.map((source) => ({ source, keyOf: (row: Row) => sortKey(row.doc, fields) })),
    false,
  )
}

/** The sort's fields in the form the key encoder takes. */
export function sortIndexFields(sort: readonly SortField[]): IndexField[] {
  return indexFields(sort.map((field) => [field.path, field.descending ? -1 : 1] as const))
}

const sortedBytesMax = 256 * 1024 * 1024

/** Sorting for fewer would not be worth its call. */
const rowsPerSort = 64

/** Sorts in memory; with `keep` only that many of the first are held. Throws when the documents are too many to hold. */
export function sorted(source: RowSource, sort: readonly SortField[], keep = Infinity): RowSource {
  const fields = sortIndexFields(sort)
  let rows = Array<{ key: Buffer; row: Row }>()
  let bytes = 0
  let through = false
  let at = 0

  /** Puts in order what is held, and lets go of what cannot be among the first any more. */
  function settle(): void {
    rows.sort((a, b) => Buffer.compare(a.key, b.key))
    if (rows.length <= keep) return
    rows = rows.slice(0, keep)
    bytes = bytesOf(rows.map(({ row }) => row))
  }

  return {
    next() {
      if (through) return rows[at++]?.row
      const row = source.next()
      if (row === null) return null
      if (row === undefined) {
        settle()
        through = true
        return null
      }
      rows.push({ key: sortKey(row.doc, fields), row })
      bytes += row.doc.length
      if (rows.length >= Math.max(keep * 2, rowsPerSort) || bytes > sortedBytesMax) settle()
      if (bytes > sortedBytesMax) {
        throw new StoreError(
          'QueryExceededMemoryLimitNoDiskUseAllowed',
          'Sort exceeded the memory limit of 256 MB. Add an index that provides this order, or a limit.',
        )
      }
      return null
    },
  }
}

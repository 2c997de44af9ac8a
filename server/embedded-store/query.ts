import type { Doc } from './bson-types.ts'
import type { Collection, Index } from './catalog.ts'
import type { Row } from './database.ts'
import type { ExpressionContext } from './expression-scope.ts'
import { StoreError } from './errors.ts'
import { measureRanges } from './count-rows.ts'
import { compileFilter, type Filter } from './match.ts'
import { planFilter, type Plan, type SortField } from './plan.ts'
import { openPlan, sorted, type RowSource } from './row-source.ts'
import { compileSort } from './sort.ts'
import { rawTest, type Store } from './store.ts'
import type { Write } from './write-queue.ts'

/** What a command wants to read of one collection. */
export interface Query {
  readonly filter: Doc
  readonly sort?: Doc | undefined
  readonly hint?: Doc | string | undefined
  readonly skip?: number
  /** 0 means no limit. */
  readonly limit?: number
  readonly context?: ExpressionContext
}

/** A checked query with the plan it will run by. */
export interface PlannedQuery {
  readonly test: Filter
  readonly plan: Plan
  readonly sort: readonly SortField[]
  open(): RowSource
}

/**
 * Checks a query and plans it. It is checked even where the collection does not exist, so that a mistake in it shows.
 */
export function planQuery(
  store: Store,
  collection: Collection | undefined,
  query: Query,
): PlannedQuery | undefined {
  const test = compileFilter(query.filter, query.context)
  const sort = sortOf(query.sort)
  if (!collection) return undefined

  const plan = planFilter(collection, query.filter, {
    sort,
    hint: query.hint,
    measure: (ranges, max) => measureRanges(store.db, ranges, max),
  })
  const skip = query.skip ?? 0
  const limit = query.limit === undefined || query.limit === 0 ? Infinity : query.limit
  return {
    test,
    plan,
    sort,
    open() {
      const reading = {
        db: store.db,
        version: () => store.version(),
        check: (index: Index | undefined) => checkThere(store, collection, index),
      }
      let source = openPlan(reading, collection, plan, rawTest(test), sort)
      if (sort.length > 0 && !plan.sorted) source = sorted(source, sort, skip + limit)
      return skip > 0 || limit !== Infinity ? windowed(source, skip, limit) : source
    },
  }
}

/** What was dropped meanwhile is cleared away bit by bit: half of it must not pass for the whole. */
function checkThere(store: Store, collection: Collection, index: Index | undefined): void {
  const current = store.catalog.find(collection.ns)
  const isThere =
    current?.id === collection.id && (!index || current.indexes.some((one) => one.id === index.id))
  if (isThere) return
  throw new StoreError(175, `The query was ended: ${collection.ns} or the index it used was dropped.`)
}

function sortOf(sort: Doc | undefined): SortField[] {
  if (!sort || Object.keys(sort).length === 0) return []
  return compileSort(sort).fields.map(({ path, direction }) => ({ path, descending: direction < 0 }))
}

const nothing: RowSource = { next: () => undefined }

/** The documents a query finds, or none where there is no collection. */
export function openQuery(store: Store, collection: Collection | undefined, query: Query): RowSource {
  return planQuery(store, collection, query)?.open() ?? nothing
}

function windowed(source: RowSource, skip: number, limit: number): RowSource {
  let skipped = 0
  let given = 0
  return {
    next() {
      if (given >= limit) return undefined
      const row = source.next()
      if (!row) return row
      if (skipped < skip) {
        skipped++
        return null
      }
      given++
      return row
    },
  }
}

/**
 * The first document of a query inside a write. A long search is interrupted like every other long write; what it then
 * finds is looked at again, because others may have changed it meanwhile.
 */
export function* findRow(store: Store, query: PlannedQuery): Write<Row | undefined> {
  for (let attempt = 1; ; attempt++) {
    const version = store.version()
    const row = yield* nextRow(store, query.open(), attempt < searchesMax)
    if (!row || store.version() === version) return row
    const doc = store.db.document(row.rid)
    if (doc && rawTest(query.test)(doc)) return { rid: row.rid, doc }
  }
}

/** After so many searches that were overtaken by other writes the next one is not interrupted. */
const searchesMax = 3
const stepsBetweenClocks = 32

/** The next document of a source inside a write, in slices. */
export function* nextRow(store: Store, source: RowSource, interruptible = true): Write<Row | undefined> {
  let steps = 0
  for (;;) {
    const row = source.next()
    if (row !== null) return row
    if (++steps % stepsBetweenClocks === 0 && interruptible && store.queue.isSliceOver) yield
  }
}

/** A number of documents in a command. Throws BadValue where it is negative. */
export function countOption(value: number | undefined, name: string): number {
  if (value === undefined) return 0
  if (value < 0 || Number.isNaN(value)) {
    throw new StoreError(51024, `BSON field '${name}' value must be >= 0, actual value '${value}'`)
  }
  return Math.floor(value)
}

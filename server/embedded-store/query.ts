import type { Doc } from './bson-types.ts'
import type { Collection } from './catalog.ts'
import type { Row } from './database.ts'
import type { ExpressionContext } from './expression-scope.ts'
import { StoreError } from './errors.ts'
import { compileFilter, type Filter } from './match.ts'
import { planFilter, type Plan, type SortField } from './plan.ts'
import { openPlan, sorted, type RowSource } from './row-source.ts'
import { compileSort } from './sort.ts'
import { rawTest, type Store } from './store.ts'

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

  const plan = planFilter(collection, query.filter, { sort, hint: query.hint })
  const skip = query.skip ?? 0
  const limit = query.limit === undefined || query.limit === 0 ? Infinity : query.limit
  return {
    test,
    plan,
    sort,
    open() {
      const reading = { db: store.db, version: () => store.version() }
      let source = openPlan(reading, collection, plan, rawTest(test), sort)
      if (sort.length > 0 && !plan.sorted) source = sorted(source, sort, skip + limit)
      return skip > 0 || limit !== Infinity ? windowed(source, skip, limit) : source
    },
  }
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

/** The next document, however many steps it takes. For writes, which run to their end in one go. */
export function nextRow(source: RowSource): Row | undefined {
  for (;;) {
    const row = source.next()
    if (row !== null) return row
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

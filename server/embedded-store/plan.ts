import { endOf, startOf, type Interval } from './bounds.ts'
import { isDoc, newDoc, type Doc, type Value } from './bson-types.ts'
import type { Collection, Index } from './catalog.ts'
import { equalValues } from './compare-values.ts'
import { afterAll, cutKeys } from './cut-keys.ts'
import { StoreError } from './errors.ts'
import { filterBounds, type FilterBounds } from './filter-bounds.ts'
import { encodeComponent, rawValue } from './key-encoding.ts'
import { asNumber } from './read-value.ts'

/** A range of index keys, end exclusive. An exact key of a unique index is looked up instead of scanned. */
export interface KeyRange {
  readonly from: Buffer
  readonly to: Buffer
  readonly exactKey: boolean
}

/** How to find the documents of a filter. */
export type Plan = ScanPlan | IndexPlan | UnionPlan

/** Every document, in the order of insertion. */
export interface ScanPlan {
  readonly kind: 'scan'
  readonly descending: boolean
  readonly exact: boolean
  readonly sorted: boolean
}

export interface IndexPlan {
  readonly kind: 'index'
  readonly index: Index
  readonly ranges: readonly KeyRange[]
  readonly descending: boolean
  /** The ranges are to be merged by what follows this many bytes of their keys; needed for `$in` before a sort. */
  readonly mergeAfter: readonly number[] | undefined
  /** Every document found satisfies the filter. */
  readonly exact: boolean
  /** Documents come in the order asked for. */
  readonly sorted: boolean
  /** The same document can come more than once. */
  readonly repeats: boolean
}

/** The documents of several plans, each once; merged in the order asked for when `sorted`. */
export interface UnionPlan {
  readonly kind: 'union'
  readonly branches: readonly Plan[]
  readonly sorted: boolean
  readonly exact: boolean
}

/** One field of a sort that an index could provide. */
export interface SortField {
  readonly path: string
  readonly descending: boolean
}

const mergedRangesMax = 2_000

/** How many keys lie in these ranges, counted up to `max`. */
export type Measure = (ranges: readonly KeyRange[], max: number) => number

/** What the caller wishes beyond the filter. */
export interface PlanOptions {
  readonly sort?: readonly SortField[]
  readonly hint?: Doc | string
  /** Decides where the filter alone does not say which of several indexes finds fewer documents. */
  readonly measure?: Measure | undefined
}

/** Chooses how to find the documents of `filter`. Throws BadValue for a hint that names no index. */
export function planFilter(collection: Collection, filter: Doc, options: PlanOptions = {}): Plan {
  return planById(collection, filter, options) ?? planBounds(collection, filterBounds(filter), options)
}

/** A filter that names its documents by `_id` needs no comparison of indexes: nothing finds fewer. */
function planById(collection: Collection, filter: Doc, { sort = [], hint }: PlanOptions): Plan | undefined {
  const id = filter['_id']
  const index = collection.indexes[0]
  if (id === undefined || index?.id !== 0 || hint !== undefined || sort.length > 0) return undefined
  const plan = typeof id === 'string' ? planByText(index, id) : planByCondition(index, id)
  if (!plan?.ranges.every((range) => range.exactKey)) return undefined
  for (const key in filter) if (key !== '_id') return { ...plan, exact: false }
  return plan
}

/** What `planByCondition` would come to, for the one form of `_id` that nearly every command has. */
function planByText(index: Index, id: string): IndexPlan {
  const from = Buffer.concat([index.prefix, encodeComponent(rawValue(id))])
  return {
    kind: 'index',
    index,
    ranges: [{ from, to: Buffer.concat([from, afterAll]), exactKey: true }],
    descending: false,
    mergeAfter: undefined,
    exact: !index.multikey && !index.inexact,
    sorted: true,
    repeats: index.multikey,
  }
}

function planByCondition(index: Index, id: Value): IndexPlan | undefined {
  const condition = newDoc()
  condition['_id'] = id
  return candidateFor(index, filterBounds(condition), [])?.plan
}

function planBounds(
  collection: Collection,
  bounds: FilterBounds,
  options: PlanOptions,
  orderWorth = orderWorthAlone,
): Plan {
  const sort = options.sort ?? []
  const natural = sort.length === 1 && sort[0]?.path === '$natural' ? sort[0] : undefined
  if (natural) return scanPlan(bounds, [], natural.descending)
  if (options.hint !== undefined) return hinted(collection, bounds, sort, options.hint)

  const candidates = collection.indexes
    .flatMap((index) => candidateFor(index, bounds, sort) ?? [])
    .filter((candidate) => scoreOf(candidate, orderWorth) > 0)
    .sort((one, other) => scoreOf(other, orderWorth) - scoreOf(one, orderWorth))
  const best = options.measure ? cheapest(candidates, options.measure) : candidates[0]
  const union = planUnion(collection, bounds, options, best?.narrowness ?? 0)
  return union ?? best?.plan ?? scanPlan(bounds, sort, false)
}

/** Beyond so many documents it is not worth counting on. */
const costMax = 4_096
/** What a document costs that has to be sorted, against one that comes in order and may not be needed at all. */
const sortedCost = 4

/**
 * Of candidates, best first, the one that reads least. Forms of filters say little about that: a workspace is one point
 * of an index and holds nearly everything, fifty events are fifty points and hold next to nothing.
 */
function cheapest(candidates: readonly Candidate[], measure: Measure): Candidate | undefined {
  let best = candidates[0]
  if (candidates.length < 2 || best?.plan.ranges.every(({ exactKey }) => exactKey)) return best
  let least = costMax
  for (const candidate of candidates) {
    const each = candidate.plan.sorted ? 1 : sortedCost
    const cost = each * measure(candidate.plan.ranges, Math.ceil(least / each))
    if (cost >= least) continue
    best = candidate
    least = cost
  }
  return best
}

function scanPlan(bounds: FilterBounds, sort: readonly SortField[], descending: boolean): ScanPlan {
  const exact = bounds.whole && bounds.predicates.length === 0 && bounds.unions.length === 0
  return { kind: 'scan', descending, exact, sorted: sort.length === 0 }
}

/** The index a hint names. */
export function hintedIndex(collection: Collection, hint: Doc | string): Index {
  const found = collection.indexes.find((index) =>
    typeof hint === 'string' ? index.name === hint : sameKeyPattern(index.key, hint),
  )
  if (found && !found.building) return found
  throw new StoreError(
    'BadValue',
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  )
}

/** Whether two key patterns are the same fields in the same order and direction. */
export function sameKeyPattern(a: Doc, b: Doc): boolean {
  const left = Object.keys(a)
  const right = Object.keys(b)
  return (
    left.length === right.length && left.every((key, i) => key === right[i] && equalValues(a[key], b[key]))
  )
}

function hinted(
  collection: Collection,
  bounds: FilterBounds,
  sort: readonly SortField[],
  hint: Doc | string,
): Plan {
  const natural = isDoc(hint) ? asNumber(hint['$natural']) : undefined
  if (natural !== undefined) return scanPlan(bounds, sort, natural < 0)
  const index = hintedIndex(collection, hint)
  const candidate = candidateFor(index, bounds, sort, true)
  if (candidate) return candidate.plan
  throw new StoreError('BadValue', `The index ${index.name} cannot answer this filter; leave the hint out.`)
}

interface Candidate {
  readonly plan: IndexPlan
  /** How many fields have several points: each makes the ranges more numerous. */
  readonly severalPoints: number
  /** The index gives the order asked for. */
  readonly gives: boolean
  /** How far the filter narrows the keys down, whatever order they come in. */
  readonly narrowness: number
}

/** What an index that gives the order is worth, against 10 for each field the filter fixes and 6 for a range. */
const orderWorthAlone = 8

/** A branch of an `$or` can be sorted by itself; what counts is that it is short. */
const orderWorthInBranch = 3

function scoreOf(candidate: Candidate, orderWorth: number): number {
  return candidate.narrowness + (candidate.gives ? orderWorth : 0) - candidate.severalPoints
}

function candidateFor(
  index: Index,
  bounds: FilterBounds,
  sort: readonly SortField[],
  forced = false,
): Candidate | undefined {
  if (!mayAnswer(index, bounds, forced)) return undefined
  const cut = cutKeys(index, bounds)
  let order = index.multikey || index.inexact ? undefined : orderFrom(index, cut.pointCounts, sort)
  if (order?.merge && cut.points.length > mergedRangesMax) order = undefined
  if (!forced && !order && cut.used.every((predicate) => predicate.weak)) return undefined

  const unique = index.unique && !cut.ranged && cut.depth === index.fields.length
  const pairs = cut.points.flatMap((point) => cut.ranges.map((range) => ({ point, range })))
  const ranges = pairs.map(({ point, range }) => ({
    from: Buffer.concat([index.prefix, point, range.from]),
    // With nothing said about the next field the range ends where the keys with this beginning end.
    to: Buffer.concat([index.prefix, point, range.to]),
    exactKey: unique,
  }))
  const merged = order?.merge === true && ranges.length > 1
  const descending = order?.descending ?? false
  if (!merged && descending) ranges.reverse()

  const usedAll = bounds.whole && bounds.unions.length === 0 && cut.used.length === bounds.predicates.length
  const narrowness =
    10 * cut.pointCounts.length + (unique ? 100 : 0) + (cut.ranged ? (cut.rangedWeak ? 1 : 6) : 0)
  const severalPoints = cut.pointCounts.filter((count) => count > 1).length
  return {
    plan: {
      kind: 'index',
      index,
      ranges,
      descending,
      mergeAfter: merged ? pairs.map(({ point }) => index.prefix.length + point.length) : undefined,
      exact: usedAll && !index.multikey && !index.inexact && cut.used.every((one) => one.exact),
      sorted: order !== undefined || sort.length === 0,
      repeats: index.multikey,
    },
    narrowness,
    severalPoints,
    gives: order !== undefined,
  }
}

/** Whether every document of the filter has its entry in this index. */
function mayAnswer(index: Index, bounds: FilterBounds, forced: boolean): boolean {
  if (index.building || (index.hidden && !forced)) return false
  if (index.partial && !implies(bounds, index.partial)) return false
  if (!index.sparse) return true
  return index.fields.some((field) =>
    bounds.predicates.some((one) => one.path === field.path && one.needsField),
  )
}

/** Whether the index gives this sort: its fields after those that are single points, all in one direction. */
function orderFrom(
  index: Index,
  pointCounts: readonly number[],
  sort: readonly SortField[],
): { descending: boolean; merge: boolean } | undefined {
  if (sort.length === 0) return undefined
  const single = new Set(
    index.fields
      .slice(0, pointCounts.length)
      .filter((_, i) => pointCounts[i] === 1)
      .map((f) => f.path),
  )
  const wanted = sort.filter((field) => !single.has(field.path))
  if (wanted.length === 0) return { descending: false, merge: false }

  const inOrder = follows(index, wanted, single, 0)
  if (inOrder) return { ...inOrder, merge: false }
  const merged = follows(index, wanted, single, pointCounts.length)
  return merged && { ...merged, merge: true }
}

function follows(
  index: Index,
  wanted: readonly SortField[],
  single: ReadonlySet<string>,
  from: number,
): { descending: boolean } | undefined {
  let descending: boolean | undefined
  let at = from
  for (const field of wanted) {
    while (at < index.fields.length && single.has(index.fields[at]?.path ?? '')) at++
    const own = index.fields[at++]
    if (!own || own.path !== field.path) return undefined
    const reversed = own.descending !== field.descending
    if (descending !== undefined && descending !== reversed) return undefined
    descending = reversed
  }
  return { descending: descending ?? false }
}

/** Whether every document of `filter` is in a partial index: each of its clauses is there, equal or narrower. */
function implies(bounds: FilterBounds, partial: Doc): boolean {
  const needs = filterBounds(partial)
  if (!needs.whole || needs.unions.length > 0) return false
  return needs.predicates.every((need) =>
    bounds.predicates.some((one) => {
      if (one.path !== need.path) return false
      if (need.weak && need.needsField) return one.needsField
      return need.exact && covers(need.intervals, one.intervals)
    }),
  )
}

function covers(outer: readonly Interval[], inner: readonly Interval[]): boolean {
  return inner.every((one) =>
    outer.some(
      (around) =>
        Buffer.compare(startOf(around, false), startOf(one, false)) <= 0 &&
        Buffer.compare(endOf(around, false), endOf(one, false)) >= 0,
    ),
  )
}

/** A plan for each branch of an `$or`, where every branch narrows the keys down further than one index alone. */
function planUnion(
  collection: Collection,
  bounds: FilterBounds,
  { sort = [], measure }: PlanOptions,
  narrownessOfOne: number,
): UnionPlan | undefined {
  for (const branches of bounds.unions) {
    const plans = Array<Plan>()
    for (const branch of branches) {
      // Only the branch's own unions go on: the others would come back here for ever.
      const both = {
        predicates: [...bounds.predicates, ...branch.predicates],
        unions: branch.unions,
        whole: false,
      }
      const plan = planBounds(collection, both, { sort, measure }, orderWorthInBranch)
      if (plan.kind !== 'scan' && narrownessOf(both, sort, plan) > narrownessOfOne) plans.push(plan)
    }
    if (plans.length === branches.length)
      return { kind: 'union', branches: plans, sorted: true, exact: false }
  }
  return undefined
}

function narrownessOf(bounds: FilterBounds, sort: readonly SortField[], plan: Plan): number {
  if (plan.kind !== 'index') return Infinity
  return candidateFor(plan.index, bounds, sort)?.narrowness ?? 0
}

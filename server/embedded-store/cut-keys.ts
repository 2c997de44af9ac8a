import { endOf, everything, intersection, startOf, type Interval } from './bounds.ts'
import type { Index } from './catalog.ts'
import type { FilterBounds, Predicate } from './filter-bounds.ts'

/** The ranges of an index's keys that a filter leaves. */
interface CutKeys {
  /** The encoded values of the leading fields that have points, every combination, without the index's prefix. */
  readonly points: readonly Buffer[]
  /** How many points each of those fields has. */
  readonly pointCounts: readonly number[]
  /** The ranges of the field after them, or the one range of everything. */
  readonly ranges: readonly { from: Buffer; to: Buffer }[]
  readonly ranged: boolean
  readonly rangedWeak: boolean
  /** How many fields of the index are bounded. */
  readonly depth: number
  readonly used: readonly Predicate[]
}

const rangesMax = 20_000
const nothing = Buffer.alloc(0)
/** Comes after every value of a key's next field. */
export const afterAll = Buffer.of(0xff)

/** Turns what a filter says about the fields of an index into key ranges: points first, then at most one field with ranges. */
export function cutKeys(index: Index, bounds: FilterBounds): CutKeys {
  const perField = boundsPerField(index, bounds)
  let points: Buffer[] = [nothing]
  const pointCounts = Array<number>()
  const used = Array<Predicate>()
  for (const [i, field] of index.fields.entries()) {
    const known = perField[i]
    if (!known) break
    const { intervals } = known
    if (intervals.every((one) => one.point) && points.length * intervals.length <= rangesMax) {
      const ordered = field.descending ? intervals.toReversed() : intervals
      const encoded = ordered.map((one) => startOf(one, field.descending))
      points =
        points.length === 1 && points[0]?.length === 0
          ? encoded
          : points.flatMap((prefix) => encoded.map((value) => Buffer.concat([prefix, value])))
      pointCounts.push(intervals.length)
      used.push(...known.used)
      continue
    }
    const ordered = field.descending ? intervals.toReversed() : intervals
    const ranges = ordered.map((one) => ({
      from: startOf(one, field.descending),
      to: endOf(one, field.descending),
    }))
    return {
      points,
      pointCounts,
      ranges,
      ranged: true,
      rangedWeak: known.used.every((one) => one.weak),
      depth: i + 1,
      used: [...used, ...known.used],
    }
  }
  return {
    points,
    pointCounts,
    ranges: [{ from: nothing, to: afterAll }],
    ranged: false,
    rangedWeak: false,
    depth: pointCounts.length,
    used,
  }
}

interface FieldBounds {
  readonly intervals: readonly Interval[]
  readonly used: readonly Predicate[]
}

/** For each field of the index what the filter says about it. */
function boundsPerField(index: Index, bounds: FilterBounds): (FieldBounds | undefined)[] {
  const roots = new Set<string>()
  return index.fields.map((field) => {
    const predicates = bounds.predicates.filter((one) => one.path === field.path)
    if (predicates.length === 0 || field.positional) return undefined
    if (!index.multikey) return intersected(predicates)
    // Different elements of an array may satisfy different predicates: only one per array may bound the keys.
    const root = field.path.split('.')[0] ?? ''
    const usable = predicates.filter((one) => !one.weak || one.needsField)
    if (roots.has(root) || usable.length === 0) return undefined
    roots.add(root)
    const best = usable.toSorted((a, b) => narrowness(b) - narrowness(a))[0]
    return best && { intervals: best.intervals, used: [best] }
  })
}

function narrowness(predicate: Predicate): number {
  if (predicate.weak) return 0
  return predicate.intervals.every((interval) => interval.point) ? 2 : 1
}

function intersected(predicates: readonly Predicate[]): FieldBounds {
  let intervals: readonly Interval[] = [everything]
  for (const predicate of predicates) intervals = intersection(intervals, predicate.intervals)
  return { intervals, used: predicates }
}

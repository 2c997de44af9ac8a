import { keyTag } from './key-encoding.ts'

/**
 * One end of an interval over the encoded values of one field. `value` bounds are whole encoded values, `prefix`
 * bounds stand for everything that begins with these bytes: a type's tag, or the beginning of a text.
 */
export interface Bound {
  readonly kind: 'value' | 'prefix'
  readonly bytes: Buffer
  /** Whether a `value` bound itself belongs to the interval; a `prefix` always does. */
  readonly inclusive: boolean
}

/** Values from `lower` to `upper`; a point is one value. */
export interface Interval {
  readonly lower: Bound
  readonly upper: Bound
  readonly point: boolean
}

const highest = Buffer.of(0xff)

/** The interval that holds exactly one encoded value. */
export function pointAt(bytes: Buffer): Interval {
  const bound: Bound = { kind: 'value', bytes, inclusive: true }
  return { lower: bound, upper: bound, point: true }
}

/** Everything whose encoding begins with these bytes. */
export function beginningWith(bytes: Buffer): Interval {
  const bound: Bound = { kind: 'prefix', bytes, inclusive: true }
  return { lower: bound, upper: bound, point: false }
}

/** Every value there is. */
export const everything: Interval = {
  lower: { kind: 'prefix', bytes: Buffer.of(keyTag.minKey), inclusive: true },
  upper: { kind: 'prefix', bytes: Buffer.of(keyTag.maxKey), inclusive: true },
  point: false,
}

/** The first key bytes an interval can have in an index field of this direction. */
export function startOf(interval: Interval, descending: boolean): Buffer {
  return descending ? edge(interval.upper, true, false) : edge(interval.lower, false, false)
}

/** The first key bytes after an interval. */
export function endOf(interval: Interval, descending: boolean): Buffer {
  return descending ? edge(interval.lower, true, true) : edge(interval.upper, false, true)
}

function edge(bound: Bound, inverted: boolean, isEnd: boolean): Buffer {
  const bytes = inverted ? invert(bound.bytes) : bound.bytes
  if (bound.kind === 'prefix') return isEnd ? successor(bytes) : bytes
  // After a whole value come the next component or the tail, both below 0xff.
  return bound.inclusive === isEnd ? Buffer.concat([bytes, highest]) : bytes
}

/** The bytes that follow everything beginning with `bytes`. */
export function successor(bytes: Buffer): Buffer {
  const next = Buffer.from(bytes)
  for (let at = next.length - 1; at >= 0; at--) {
    const byte = next[at] ?? 0
    if (byte < 0xff) {
      next[at] = byte + 1
      return next.subarray(0, at + 1)
    }
  }
  return Buffer.alloc(bytes.length + 1, 0xff)
}

export function invert(bytes: Buffer): Buffer {
  const inverted = Buffer.allocUnsafe(bytes.length)
  for (let at = 0; at < bytes.length; at++) inverted[at] = 255 - (bytes[at] ?? 0)
  return inverted
}

/** Puts intervals in order and joins what overlaps. */
export function normalised(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals
    .map((interval) => ({ interval, start: startOf(interval, false), end: endOf(interval, false) }))
    .filter(({ start, end }) => Buffer.compare(start, end) < 0)
    .sort((a, b) => Buffer.compare(a.start, b.start))
  const joined = Array<(typeof sorted)[number]>()
  for (const next of sorted) {
    const last = joined.at(-1)
    if (!last || Buffer.compare(next.start, last.end) >= 0) {
      joined.push(next)
    } else if (Buffer.compare(next.end, last.end) > 0) {
      const interval = { lower: last.interval.lower, upper: next.interval.upper, point: false }
      joined[joined.length - 1] = { interval, start: last.start, end: next.end }
    }
  }
  return joined.map(({ interval }) => interval)
}

/** The values that lie in both lists; both must be in order. */
export function intersection(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const common = Array<Interval>()
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const left = a[i]
    const right = b[j]
    if (!left || !right) break
    const lower = Buffer.compare(startOf(left, false), startOf(right, false)) >= 0 ? left : right
    const endOrder = Buffer.compare(endOf(left, false), endOf(right, false))
    const upper = endOrder <= 0 ? left : right
    if (Buffer.compare(startOf(lower, false), endOf(upper, false)) < 0) {
      const point = left.point ? left : right.point ? right : undefined
      common.push(point ?? { lower: lower.lower, upper: upper.upper, point: false })
    }
    if (endOrder <= 0) i++
    if (endOrder >= 0) j++
  }
  return common
}

import { StoreError } from './errors.ts'
import { ObjectId, Timestamp, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { wholeNumber } from './arithmetic.ts'
import { isNullish, isNumeric } from './compare-values.ts'
import { convertValue } from './convert-value.ts'
import { formatDate, parseDate } from './date-format.ts'
import type { EagerOperator } from './expression-operators.ts'
import { isTruthy } from './is-truthy.ts'
import { showValue } from './show-value.ts'
import { typeName } from './type-name.ts'

type Args = readonly (Value | undefined)[]
type Zoned = Temporal.ZonedDateTime

/** The time zone of an operator: a name such as Europe/Berlin or an offset such as +0530; UTC by default. */
function zoneOf(value: Value | undefined): string | undefined {
  if (value === undefined) return 'UTC'
  if (isNullish(value)) return undefined
  if (typeof value !== 'string') {
    throw new StoreError(40517, `timezone must evaluate to a string, found ${typeName(value)}`)
  }
  const offset = /^([+-]\d\d):?(\d\d)?$/.exec(value)
  return offset ? `${offset[1]}:${offset[2] ?? '00'}` : value
}

function dateOf(name: string, value: Value | undefined): Date {
  if (value instanceof Date) return value
  if (value instanceof ObjectId || value instanceof Timestamp) {
    const date = convertValue(value, 'date')
    if (date instanceof Date) return date
  }
  throw new StoreError(16006, `${name} can't convert from BSON type ${typeName(value)} to Date`)
}

function zoned(date: Date, zone: string): Zoned {
  try {
    return Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO(zone)
  } catch {
    throw new StoreError(40485, `unrecognized time zone identifier: "${zone}"`)
  }
}

function instantOf(time: Zoned): Date {
  return new Date(time.epochMilliseconds)
}

/** An operator that reads one part of a date; it takes the date alone or `{ date, timezone }`. */
function part(read: (time: Zoned) => number): EagerOperator {
  return {
    arity: [1, 1],
    apply: ([value], name) => {
      const date = isDoc(value) ? value['date'] : value
      const zone = isDoc(value) ? zoneOf(value['timezone']) : 'UTC'
      return isNullish(date) || zone === undefined ? null : read(zoned(dateOf(name, date), zone))
    },
  }
}

/** An operator with named arguments; unknown names are refused. */
function named(known: readonly string[], compute: (args: Doc, name: string) => Value): EagerOperator {
  return {
    arity: [1, 1],
    apply: ([args], name) => {
      if (!isDoc(args)) throw new StoreError(18629, `${name} only supports an object as its argument`)
      const extra = Object.keys(args).find((key) => !known.includes(key))
      if (extra) throw new StoreError(18534, `Unrecognized argument to ${name}: ${extra}`)
      return compute(args, name)
    },
  }
}

function dateToString({ date, format, timezone, onNull }: Doc, name: string): Value {
  const zone = zoneOf(timezone)
  if (isNullish(date)) return onNull ?? null
  if (zone === undefined || (format !== undefined && typeof format !== 'string')) return null
  const standard = zone === 'UTC' ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L'
  return formatDate(zoned(dateOf(name, date), zone), format ?? standard)
}

function dateFromString({ dateString, format, timezone, onNull, onError }: Doc): Value {
  if (isNullish(dateString)) return onNull ?? null
  const zone = zoneOf(timezone)
  if (zone === undefined) return null
  try {
    if (typeof dateString !== 'string') throw new StoreError(241, '$dateFromString requires a string')
    return parseDate(dateString, typeof format === 'string' ? format : undefined, zone)
  } catch (error) {
    if (onError !== undefined && error instanceof StoreError) return onError
    throw error
  }
}

const partNames = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const

function wholeOf(name: string, value: Value | undefined, fallback: number): number {
  if (value === undefined) return fallback
  const whole = isNumeric(value) ? wholeNumber(value) : undefined
  if (whole === undefined) {
    throw new StoreError(40515, `${name} requires whole numbers, found: ${typeName(value)}`)
  }
  return Number(whole)
}

/** Parts beyond their range carry over: month 14 is February of the next year. */
function dateFromParts(args: Doc, name: string): Value {
  const zone = zoneOf(args['timezone'])
  if (zone === undefined || partNames.some((key) => args[key] === null)) return null
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0] = partNames.map(
    (key) => wholeOf(name, args[key], key === 'month' || key === 'day' ? 1 : 0),
  )
  if (args['year'] === undefined) throw new StoreError(40516, '$dateFromParts requires a year')
  const local = new Temporal.PlainDateTime(year, 1, 1)
    .add({ months: month - 1 })
    .add({ days: day - 1 })
    .add({ hours: hour, minutes: minute, seconds: second, milliseconds: millisecond })
  return instantOf(local.toZonedDateTime(zone))
}

function dateToParts({ date, timezone, iso8601 }: Doc, name: string): Value {
  const zone = zoneOf(timezone)
  if (isNullish(date) || zone === undefined) return null
  const time = zoned(dateOf(name, date), zone)
  const parts = newDoc()
  if (isTruthy(iso8601)) {
    parts['isoWeekYear'] = time.yearOfWeek ?? time.year
    parts['isoWeek'] = time.weekOfYear ?? 1
    parts['isoDayOfWeek'] = time.dayOfWeek
  } else {
    parts['year'] = time.year
    parts['month'] = time.month
    parts['day'] = time.day
  }
  parts['hour'] = time.hour
  parts['minute'] = time.minute
  parts['second'] = time.second
  parts['millisecond'] = time.millisecond
  return parts
}

const units = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'] as const
type Unit = (typeof units)[number]

function unitOf(name: string, value: Value | undefined): Unit {
  const unit = units.find((known) => known === value)
  if (!unit) throw new StoreError('FailedToParse', `${name}: unknown time unit value: ${showValue(value)}`)
  return unit
}

function dateAdd(sign: 1 | -1): (args: Doc, name: string) => Value {
  return ({ startDate, unit, amount, timezone }, name) => {
    const zone = zoneOf(timezone)
    if (isNullish(startDate) || isNullish(unit) || isNullish(amount) || zone === undefined) return null
    const count = wholeOf(name, amount, 0) * sign
    const time = zoned(dateOf(name, startDate), zone)
    return instantOf(time.add(durationOf(unitOf(name, unit), count)))
  }
}

function durationOf(unit: Unit, count: number): Temporal.DurationLike {
  return unit === 'quarter' ? { months: count * 3 } : { [`${unit}s`]: count }
}

const unitMs = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
}

/** The milliseconds a wall clock in the zone shows, counted as if the zone were UTC. */
function wallMs(time: Zoned): number {
  return time.epochMilliseconds + time.offsetNanoseconds / 1e6
}

const weekDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** The number of the day weeks begin with, 0 for Monday; Sunday unless said otherwise. */
function weekStart(value: Value | undefined): number {
  if (isNullish(value)) return 6
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  const day = weekDays.findIndex((name) => name === text || name.slice(0, 3) === text)
  if (day < 0) throw new StoreError('FailedToParse', `unknown day of week value: ${showValue(value)}`)
  return day
}

/** 1 January 2000, a Saturday: where MongoDB counts bins from. */
const referenceMs = Date.UTC(2000, 0, 1)

/** How many whole units lie before a moment, counted from the reference on the wall clock. */
function unitsBefore(time: Zoned, unit: Unit, startOfWeek: number): number {
  if (unit === 'year') return time.year - 2000
  const months = (time.year - 2000) * 12 + time.month - 1
  if (unit === 'month') return months
  if (unit === 'quarter') return Math.floor(months / 3)
  return Math.floor((wallMs(time) - startOf(unit, startOfWeek)) / unitMs[unit])
}

/** The reference, or for weeks the first day of the week on or after it. */
function startOf(unit: Unit, startOfWeek: number): number {
  return unit === 'week' ? referenceMs + ((startOfWeek + 7 - 5) % 7) * unitMs.day : referenceMs
}

function dateDiff({ startDate, endDate, unit, timezone, startOfWeek }: Doc, name: string): Value {
  const zone = zoneOf(timezone)
  if (isNullish(startDate) || isNullish(endDate) || isNullish(unit) || zone === undefined) return null
  const by = unitOf(name, unit)
  const first = by === 'week' ? weekStart(startOfWeek) : 0
  const from = unitsBefore(zoned(dateOf(name, startDate), zone), by, first)
  return BigInt(unitsBefore(zoned(dateOf(name, endDate), zone), by, first) - from)
}

function dateTrunc({ date, unit, binSize, timezone, startOfWeek }: Doc, name: string): Value {
  const zone = zoneOf(timezone)
  if (isNullish(date) || isNullish(unit) || binSize === null || zone === undefined) return null
  const by = unitOf(name, unit)
  const size = wholeOf(name, binSize, 1)
  if (size <= 0)
    throw new StoreError(5439017, `${name} requires 'binSize' to be greater than 0, but got ${size}`)
  const first = by === 'week' ? weekStart(startOfWeek) : 0
  const time = zoned(dateOf(name, date), zone)
  const bins = Math.floor(unitsBefore(time, by, first) / size) * size
  if (by === 'hour' || by === 'minute' || by === 'second' || by === 'millisecond') {
    return new Date(referenceMs + bins * unitMs[by] - time.offsetNanoseconds / 1e6)
  }
  const start = Temporal.Instant.fromEpochMilliseconds(startOf(by, first)).toZonedDateTimeISO('UTC')
  const wall = start.toPlainDateTime().add(durationOf(by, bins))
  return instantOf(wall.toZonedDateTime(zone))
}

function timestampPart(read: (value: bigint) => bigint): EagerOperator {
  return {
    arity: [1, 1],
    apply: ([value]: Args, name) => {
      if (isNullish(value)) return null
      if (value instanceof Timestamp) return read(value.value)
      throw new StoreError(5687301, `${name} requires a timestamp argument, found: ${typeName(value)}`)
    },
  }
}

/** Dates and times. */
export const dateOperators: Record<string, EagerOperator> = {
  $year: part((time) => time.year),
  $month: part((time) => time.month),
  $dayOfMonth: part((time) => time.day),
  $hour: part((time) => time.hour),
  $minute: part((time) => time.minute),
  $second: part((time) => time.second),
  $millisecond: part((time) => time.millisecond),
  $dayOfYear: part((time) => time.dayOfYear),
  $dayOfWeek: part((time) => (time.dayOfWeek % 7) + 1),
  $week: part((time) => Math.floor((time.dayOfYear + 6 - (time.dayOfWeek % 7)) / 7)),
  $isoDayOfWeek: part((time) => time.dayOfWeek),
  $isoWeek: part((time) => time.weekOfYear ?? 1),
  $isoWeekYear: part((time) => time.yearOfWeek ?? time.year),
  $dateToString: named(['date', 'format', 'timezone', 'onNull'], dateToString),
  $dateFromString: named(['dateString', 'format', 'timezone', 'onNull', 'onError'], dateFromString),
  $dateFromParts: named([...partNames, 'timezone'], dateFromParts),
  $dateToParts: named(['date', 'timezone', 'iso8601'], dateToParts),
  $dateAdd: named(['startDate', 'unit', 'amount', 'timezone'], dateAdd(1)),
  $dateSubtract: named(['startDate', 'unit', 'amount', 'timezone'], dateAdd(-1)),
  $dateDiff: named(['startDate', 'endDate', 'unit', 'timezone', 'startOfWeek'], dateDiff),
  $dateTrunc: named(['date', 'unit', 'binSize', 'timezone', 'startOfWeek'], dateTrunc),
  $tsSecond: timestampPart((value) => value >> 32n),
  $tsIncrement: timestampPart((value) => value & 0xffffffffn),
}

import { StoreError } from './errors.ts'

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

function offsetText(time: Temporal.ZonedDateTime): string {
  return time.offset.replace(':', '').slice(0, 5)
}

/** What each letter of a date format stands for. */
const parts: ReadonlyMap<string, (time: Temporal.ZonedDateTime) => string> = new Map<
  string,
  (time: Temporal.ZonedDateTime) => string
>([
  ['Y', (time) => padded(time.year, 4)],
  ['m', (time) => padded(time.month, 2)],
  ['d', (time) => padded(time.day, 2)],
  ['H', (time) => padded(time.hour, 2)],
  ['M', (time) => padded(time.minute, 2)],
  ['S', (time) => padded(time.second, 2)],
  ['L', (time) => padded(time.millisecond, 3)],
  ['j', (time) => padded(time.dayOfYear, 3)],
  ['b', (time) => monthNames[time.month - 1]?.slice(0, 3) ?? ''],
  ['B', (time) => monthNames[time.month - 1] ?? ''],
  ['w', (time) => String((time.dayOfWeek % 7) + 1)],
  ['u', (time) => String(time.dayOfWeek)],
  ['U', (time) => padded(Math.floor((time.dayOfYear + 6 - (time.dayOfWeek % 7)) / 7), 2)],
  ['V', (time) => padded(time.weekOfYear ?? 1, 2)],
  ['G', (time) => padded(time.yearOfWeek ?? time.year, 4)],
  ['z', offsetText],
  ['Z', (time) => String(time.offsetNanoseconds / 60e9)],
  ['%', () => '%'],
])

/** Writes a date in the format of `$dateToString`, such as `%Y-%m-%d`. */
export function formatDate(time: Temporal.ZonedDateTime, format: string): string {
  return format.replace(/%([\s\S]?)/g, (_, letter: string) => {
    const write = parts.get(letter)
    if (!write) throw new StoreError(18536, `Invalid format character '%${letter}' in format string`)
    return write(time)
  })
}

/** What the letters may stand for when a date is read. */
const patterns: ReadonlyMap<string, string> = new Map([
  ['Y', '(?<year>\\d{4})'],
  ['m', '(?<month>\\d{1,2})'],
  ['b', '(?<name>[A-Za-z]{3})'],
  ['B', '(?<name>[A-Za-z]+)'],
  ['d', '(?<day>\\d{1,2})'],
  ['H', '(?<hour>\\d{1,2})'],
  ['M', '(?<minute>\\d{1,2})'],
  ['S', '(?<second>\\d{1,2})'],
  ['L', '(?<millisecond>\\d{1,3})'],
  ['z', '(?<offset>Z|[+-]\\d\\d:?\\d\\d)'],
  ['%', '%'],
])

const standardForm =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<millisecond>\d{1,9}))?)?)? ?(?<offset>Z|[+-]\d\d:?\d\d)?$/i

function patternOf(format: string): RegExp {
  const source = format.replace(/%([\s\S]?)|[.*+?^${}()|[\]\\]/g, (text, letter: string | undefined) => {
    if (letter === undefined) return `\\${text}`
    const pattern = patterns.get(letter)
    if (pattern) return pattern
    throw new StoreError(
      'CommandNotSupported',
      `Reading dates with '%${letter}' is not served by the embedded store; it reads %Y %m %b %B %d %H %M %S %L %z`,
    )
  })
  return new RegExp(`^${source}$`)
}

/**
 * Reads a date as `$dateFromString` does: ISO 8601 unless a format says otherwise, in `zone` unless the text names
 * an offset.
 * @throws StoreError 241 when the text does not have that form.
 */
export function parseDate(text: string, format: string | undefined, zone: string): Date {
  const groups = (format === undefined ? standardForm : patternOf(format)).exec(text.trim())?.groups
  const failure = new StoreError(241, `Error parsing date string '${text}'`)
  if (!groups) throw failure
  const { offset, name } = groups
  const month = name
    ? monthNames.findIndex((full) => full.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1
    : Number(groups['month'] ?? 1)
  try {
    const local = Temporal.PlainDateTime.from(
      {
        year: Number(groups['year']),
        month,
        day: Number(groups['day'] ?? 1),
        hour: Number(groups['hour'] ?? 0),
        minute: Number(groups['minute'] ?? 0),
        second: Number(groups['second'] ?? 0),
        millisecond: Number((groups['millisecond'] ?? '0').padEnd(3, '0').slice(0, 3)),
      },
      { overflow: 'reject' },
    )
    return new Date(local.toZonedDateTime(zoneOfOffset(offset) ?? zone).epochMilliseconds)
  } catch {
    throw failure
  }
}

function zoneOfOffset(offset: string | undefined): string | undefined {
  if (offset === undefined) return undefined
  return offset.toUpperCase() === 'Z' ? 'UTC' : offset.replace(/^(...):?/, '$1:')
}

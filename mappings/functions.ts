import { createHash } from 'node:crypto'
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { isBlank } from './blank.ts'
import { escapeHtml } from './escape-html.ts'
import { isFunctionValue } from './is-function-value.ts'
import { valueAsText } from './value-as-text.ts'
import { valueInHtml } from './value-in-html.ts'
import { valueInWords } from './value-in-words.ts'

/**
 * A function that formulas may call beside JSONata's own. None of them reads a clock, a random number or anything
 * outside its arguments. An argument that is absent gives an absent result; one that makes no sense is an error that
 * names it.
 */
export interface FormulaFunction {
  /** How it is called, with `?` behind what may be left out. */
  usage: string
  description: string
  /** Shown in the editor, and run as a test. */
  example: { formula: string; input?: Record<string, unknown>; result: unknown }
  run: (...args: unknown[]) => unknown
}

export const formulaFunctions: Readonly<Record<string, FormulaFunction>> = {
  default: {
    usage: '$default(value, otherwise)',
    description: 'The value, or something else where it is missing, null, an empty text or an empty list.',
    example: {
      formula: '$default(contact.first_name, "friend")',
      input: { contact: { first_name: ' ' } },
      result: 'friend',
    },
    run: (value, otherwise) => (isBlank(value) ? otherwise : value),
  },
  isBlank: {
    usage: '$isBlank(value)',
    description: 'Whether a value is missing, null, an empty text or an empty list.',
    example: { formula: '$isBlank(contact.phone)', input: { contact: {} }, result: true },
    run: (value) => isBlank(value),
  },
  text: {
    usage: '$text(value, otherwise?)',
    description:
      'The value as it reads in a sentence: lists are joined by commas, blanks become the second argument.',
    example: {
      formula: '$text(contact.tags)',
      input: { contact: { tags: ['vip', 'pro'] } },
      result: 'vip, pro',
    },
    run: (value, otherwise) =>
      valueAsText(value, typeof otherwise === 'string' ? otherwise : valueAsText(otherwise)),
  },
  inWords: {
    usage: '$inWords(value, otherwise?)',
    description:
      'The value for people to read: what holds several things gets a line for each of them. Blanks become the second argument.',
    example: {
      formula: '$inWords(event.properties)',
      input: { event: { properties: { budget: '20 000', company: { name: 'Acme' } } } },
      result: 'Budget: 20 000\nCompany › Name: Acme',
    },
    run: (value, otherwise) =>
      valueInWords(value, typeof otherwise === 'string' ? otherwise : valueAsText(otherwise)),
  },
  inHtml: {
    usage: '$inHtml(value)',
    description: 'The value for people to read, as HTML shows it letter for letter and line by line.',
    example: {
      formula: '$inHtml({ "plan": "Pro & more", "seats": 3 })',
      result: 'Plan: Pro &amp; more<br>Seats: 3',
    },
    run: (value) => ifGiven(value, (given) => valueInHtml(given)),
  },
  escapeHtml: {
    usage: '$escapeHtml(value)',
    description:
      'The value as HTML shows it, letter for letter. For formulas that write HTML: a name must not become a tag.',
    example: { formula: '$escapeHtml("Fish & <Chips>")', result: 'Fish &amp; &lt;Chips&gt;' },
    run: (value) => ifGiven(value, (given) => escapeHtml(valueAsText(given))),
  },
  lookup: {
    usage: '$lookup(table, key, otherwise?)',
    description:
      'What the table has under the key, or something else where it has nothing. Of a list of objects: all of theirs.',
    example: { formula: '$lookup({ "DE": "German", "FR": "French" }, "ES", "English")', result: 'English' },
    run: (table, key, otherwise) =>
      key === undefined || key === null ? otherwise : (lookUp(table, valueAsText(key)) ?? otherwise),
  },
  list: {
    usage: '$list(text, separator?)',
    description: 'The parts of a text between commas (or another separator), without blanks around them.',
    example: { formula: '$list("vip, spring , ")', result: ['vip', 'spring'] },
    run: (text, separator) =>
      ifGiven(text, (value) =>
        valueAsText(value)
          .split(isBlank(separator) ? ',' : valueAsText(separator))
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      ),
  },
  titleCase: {
    usage: '$titleCase(text)',
    description: 'Each word with a capital first letter and small letters after it.',
    example: { formula: '$titleCase("ANNA-MARIA o\'neil")', result: "Anna-Maria O'Neil" },
    run: (text) =>
      ifGiven(text, (value) =>
        valueAsText(value)
          .toLowerCase()
          .replaceAll(firstLetter, (letter) => letter.toUpperCase()),
      ),
  },
  shorten: {
    usage: '$shorten(text, length)',
    description:
      'The text, cut to at most so many characters, the last of them an ellipsis where something was cut.',
    example: { formula: '$shorten("A rather long subject", 10)', result: 'A rather…' },
    run: (text, length) =>
      ifGiven(text, (value) => {
        const characters = Array.from(letters.segment(valueAsText(value)), ({ segment }) => segment)
        const most = integer('$shorten', 'length', length)
        if (characters.length <= most) return characters.join('')
        return most < 1
          ? ''
          : `${characters
              .slice(0, most - 1)
              .join('')
              .trimEnd()}…`
      }),
  },
  slug: {
    usage: '$slug(text)',
    description:
      'The text in small Latin letters, digits and hyphens, as used in addresses and keys; nothing where none of it can be written so.',
    example: { formula: '$slug("Crème Brûlée – 2 pieces")', result: 'creme-brulee-2-pieces' },
    run: (text) =>
      ifGiven(
        text,
        (value) =>
          inLatin(valueAsText(value).toLowerCase())
            .normalize('NFKD')
            .replaceAll(/\p{M}/gu, '')
            .toLowerCase()
            .replaceAll(/[^a-z0-9]+/g, '-')
            .replaceAll(/^-|-$/g, '') || undefined,
      ),
  },
  firstName: {
    usage: '$firstName(fullName)',
    description: 'Everything before the last word of a full name. A guess, good enough to greet somebody.',
    example: { formula: '$firstName("Ada King Lovelace")', result: 'Ada King' },
    run: (name) => ifGiven(name, (value) => splitName(valueAsText(value)).first),
  },
  lastName: {
    usage: '$lastName(fullName)',
    description: 'The last word of a full name of at least two words.',
    example: { formula: '$lastName("Ada King Lovelace")', result: 'Lovelace' },
    run: (name) => ifGiven(name, (value) => splitName(valueAsText(value)).last),
  },
  email: {
    usage: '$email(text)',
    description: 'An email address without spaces around it and in small letters; nothing if it is not one.',
    example: { formula: '$email(" Ada@Example.COM ")', result: 'ada@example.com' },
    run: (text) =>
      ifGiven(text, (value) => {
        const address = valueAsText(value).trim().toLowerCase()
        return /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/.test(address) ? address : undefined
      }),
  },
  domain: {
    usage: '$domain(emailOrAddress)',
    description: 'The domain of an email address or a web address.',
    example: { formula: '$domain("https://www.example.com/pricing?x=1")', result: 'www.example.com' },
    run: (text) =>
      ifGiven(text, (value) => {
        const address = valueAsText(value).trim()
        const domain = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^\s/?#@]*@)?([^\s/?#@:]+)/i.exec(address)?.[1]
        return domain?.includes('.') ? domain.toLowerCase() : undefined
      }),
  },
  phone: {
    usage: '$phone(text, country?)',
    description:
      'A phone number in international form (E.164); nothing if it cannot be one. The country (two letters) is for numbers written without one.',
    example: { formula: '$phone("(0)30 901820", "DE")', result: '+4930901820' },
    run: (text, country) =>
      ifGiven(text, (value) => {
        const region = isBlank(country) ? undefined : valueAsText(country).toUpperCase()
        if (region !== undefined && !isSupportedCountry(region)) {
          throw new Error(`$phone: country must be two letters such as DE, not ${shown(country)}.`)
        }
        const phone = parsePhoneNumberFromString(valueAsText(value), { defaultCountry: region })
        return phone?.isPossible() ? phone.number : undefined
      }),
  },
  money: {
    usage: '$money(amount, currency, locale?)',
    description: 'An amount as people write it in a language (English unless named).',
    example: { formula: '$money(1234.5, "EUR", "en")', result: '€1,234.50' },
    run: (amount, currency, locale) =>
      ifGiven(amount, (value) =>
        new Intl.NumberFormat(localeOf('$money', locale), {
          style: 'currency',
          currency: currencyOf('$money', currency),
          // A zero has no sign, and neither has what is rounded to it.
          signDisplay: 'negative',
        }).format(number('$money', 'amount', value)),
      ),
  },
  fromMinor: {
    usage: '$fromMinor(amount, currency)',
    description: 'Cents to euros: an amount in the smallest unit of its currency as a number of whole units.',
    example: { formula: '$fromMinor(1999, "EUR")', result: 19.99 },
    run: (amount, currency) =>
      ifGiven(
        amount,
        (value) => number('$fromMinor', 'amount', value) / 10 ** minorDigits('$fromMinor', currency),
      ),
  },
  toMinor: {
    usage: '$toMinor(amount, currency)',
    description: 'Euros to cents: an amount as a whole number of the smallest unit of its currency.',
    example: { formula: '$toMinor(19.99, "EUR")', result: 1999 },
    run: (amount, currency) =>
      ifGiven(amount, (value) =>
        shiftedByTen(number('$toMinor', 'amount', value), minorDigits('$toMinor', currency)),
      ),
  },
  localDate: {
    usage: '$localDate(time, zone)',
    description: 'The date on the calendar of a time zone.',
    example: { formula: '$localDate("2026-11-22T23:30:00Z", "Europe/Kyiv")', result: '2026-11-23' },
    run: (time, zone) => ifGiven(time, (value) => inZone('$localDate', value, zone).toPlainDate().toString()),
  },
  localTime: {
    usage: '$localTime(time, zone)',
    description: 'The time on the clock of a time zone, hours and minutes.',
    example: { formula: '$localTime("2026-11-22T23:30:00Z", "Europe/Kyiv")', result: '01:30' },
    run: (time, zone) =>
      ifGiven(time, (value) =>
        inZone('$localTime', value, zone).toPlainTime().toString({ smallestUnit: 'minute' }),
      ),
  },
  dateText: {
    usage: '$dateText(time, zone, locale?)',
    description: 'The date as people write it in a language (English unless named).',
    example: {
      formula: '$dateText("2026-11-22T23:30:00Z", "Europe/Madrid", "es")',
      result: '23 de noviembre de 2026',
    },
    run: (time, zone, locale) =>
      ifGiven(time, (value) =>
        inZone('$dateText', value, zone).toLocaleString(localeOf('$dateText', locale), { dateStyle: 'long' }),
      ),
  },
  addTime: {
    usage: '$addTime(time, duration, zone?)',
    description:
      'A time moved by an ISO 8601 duration (P3D, -PT2H). Days are days on the calendar of the zone (UTC unless named).',
    example: {
      formula: '$addTime("2026-10-24T10:00:00Z", "P1D", "Europe/Berlin")',
      result: '2026-10-25T11:00:00Z',
    },
    run: (time, duration, zone) =>
      ifGiven(time, (value) =>
        inZone('$addTime', value, zone ?? 'UTC')
          .add(durationOf('$addTime', duration))
          .toInstant()
          .toString(),
      ),
  },
  daysBetween: {
    usage: '$daysBetween(from, to, zone?)',
    description:
      'How many midnights of a time zone (UTC unless named) lie between two times; negative when the second is earlier.',
    example: { formula: '$daysBetween("2026-11-22T23:30:00Z", "2026-11-24T00:10:00Z")', result: 2 },
    run: (from, to, zone) =>
      ifGiven(from, (first) =>
        ifGiven(to, (second) => {
          const [start, end] = [first, second].map((time) =>
            inZone('$daysBetween', time, zone ?? 'UTC').toPlainDate(),
          )
          return start && end ? start.until(end, { largestUnit: 'day' }).days : undefined
        }),
      ),
  },
  sha256: {
    usage: '$sha256(text)',
    description: 'The SHA-256 of a text in hexadecimal, as advertising platforms want addresses.',
    example: {
      formula: '$sha256("a")',
      result: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    },
    run: (text) => ifGiven(text, (value) => createHash('sha256').update(valueAsText(value)).digest('hex')),
  },
}

/**
 * Also behind an apostrophe, as in “O'Neil”, but neither what English shortens (“don't”) nor before a Ukrainian or
 * Belarusian vowel (“Мар'яна”), where it only parts two sounds.
 */
const firstLetter = /(?<=^|[\s\-'’])(?!(?<=\p{L}['’])(?:(?:[dmst]|ll|re|ve)(?!\p{L})|[еєіїюяё]))\p{L}/gu

/** Letters that are no Latin letter with a mark. */
const latin: ReadonlyMap<string, string> = new Map(
  [
    'ł=l đ=d ð=d ø=o þ=th ß=ss æ=ae œ=oe ı=i',
    'а=a б=b в=v г=g ґ=g д=d е=e ё=e є=ie ж=zh з=z и=i і=i ї=i й=i к=k л=l м=m н=n о=o п=p р=r с=s',
    'т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=iu я=ia',
  ].flatMap((line) =>
    line.split(' ').map((pair): [string, string] => {
      const [letter = '', latinOnes = ''] = pair.split('=')
      return [letter, latinOnes]
    }),
  ),
)

/** Cyrillic as passports write it, where two letters sound otherwise in Ukrainian than in Russian. */
function inLatin(small: string): string {
  const composed = small.normalize('NFC')
  const isUkrainian = /[ґєії]/.test(composed)
  return Array.from(composed, (letter) => {
    if (isUkrainian && letter === 'и') return 'y'
    if (isUkrainian && letter === 'г') return 'h'
    return latin.get(letter) ?? letter
  }).join('')
}

/** Letters as people count them: an emoji of several parts is one. */
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** JSONata's habit: what is not there stays not there. */
function ifGiven(value: unknown, use: (value: unknown) => unknown): unknown {
  return isBlank(value) ? undefined : use(value)
}

function lookUp(table: unknown, key: string): unknown {
  if (Array.isArray(table)) {
    const found = table.flatMap((element) => lookUp(element, key) ?? [])
    return found.length > 1 ? found : found[0]
  }
  if (typeof table !== 'object' || table === null || isFunctionValue(table)) return undefined
  return Object.hasOwn(table, key) ? Reflect.get(table, key) : undefined
}

function splitName(name: string): { first: string; last: string | undefined } {
  const words = name.trim().split(/\s+/)
  const last = words.length > 1 ? words.pop() : undefined
  return { first: words.join(' '), last }
}

function number(caller: string, argument: string, value: unknown): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof read === 'number' && Number.isFinite(read)) return read
  throw new Error(`${caller}: ${argument} must be a number, not ${shown(value)}.`)
}

function integer(caller: string, argument: string, value: unknown): number {
  const read = number(caller, argument, value)
  if (Number.isSafeInteger(read) && read >= 0) return read
  throw new Error(`${caller}: ${argument} must be a whole number, not ${shown(value)}.`)
}

function currencyOf(caller: string, value: unknown): string {
  const code = valueAsText(value).trim().toUpperCase()
  if (/^[A-Z]{3}$/.test(code)) return code
  throw new Error(`${caller}: currency must be three letters such as EUR, not ${shown(value)}.`)
}

function minorDigits(caller: string, currency: unknown): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currencyOf(caller, currency) })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}

/** Moves the decimal point in the text, because 1.005 * 100 is 100.49999999999999. */
function shiftedByTen(value: number, digits: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e')
  return Math.round(Number(`${mantissa}e${Number(exponent) + digits}`))
}

function localeOf(caller: string, value: unknown): string {
  if (isBlank(value)) return 'en'
  try {
    return Intl.getCanonicalLocales(valueAsText(value).replaceAll('_', '-'))[0] ?? 'en'
  } catch {
    throw new Error(`${caller}: locale must be a language such as es or pt-BR, not ${shown(value)}.`)
  }
}

/** RFC 3339 text, or milliseconds since 1970. A date alone is a day on whatever calendar it is asked for. */
function inZone(caller: string, time: unknown, zone: unknown): Temporal.ZonedDateTime {
  const text = typeof time === 'number' ? time : valueAsText(time).trim()
  const isDate = typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text)
  let found: Temporal.Instant | Temporal.PlainDate
  try {
    if (isDate) found = Temporal.PlainDate.from(text)
    else if (typeof text === 'number') found = Temporal.Instant.fromEpochMilliseconds(text)
    else found = Temporal.Instant.from(text)
  } catch {
    throw new Error(`${caller}: a time such as 2026-11-22T18:00:00Z is needed, not ${shown(time)}.`)
  }
  try {
    const name = valueAsText(zone)
    return found instanceof Temporal.PlainDate ? found.toZonedDateTime(name) : found.toZonedDateTimeISO(name)
  } catch {
    throw new Error(`${caller}: zone must be a time zone such as Europe/Berlin, not ${shown(zone)}.`)
  }
}

function durationOf(caller: string, value: unknown): Temporal.Duration {
  try {
    return Temporal.Duration.from(valueAsText(value))
  } catch {
    throw new Error(`${caller}: duration must be written like P3D or PT2H, not ${shown(value)}.`)
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : `“${valueAsText(value).slice(0, 60)}”`
}

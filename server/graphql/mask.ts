import type { Role } from '../accounts/role.ts'
import type { Reason } from '../errors.ts'

/** As long as an address may be; without a bound a long text without one would be searched anew from each letter. */
const EMAIL = /[^\s@"'<>(),;:]{1,64}@[^\s@"'<>(),;:]{1,255}\.[^\s@"'<>(),;:]{1,63}/g
/** The same as it stands in the address of a request. */
const EMAIL_IN_ADDRESS = /[^\s@"'<>(),;:/?&=#]{1,64}%(?:25)?40[^\s@"'<>(),;:/?&=#]{1,255}/gi
/** Seven digits or more, however they are grouped: a phone number, or part of a card's. */
const LONG_NUMBER = /\+?\d(?:[\s().-]?\d){6,}/g
const HIDDEN = '•••'
/** Keys of a reason's data that hold a value of the contact or the event. */
const personal = new Set(['actual', 'value', 'old', 'new'])

/** Viewers see that something is there, not what: names, addresses and numbers of contacts are masked. */
export function seesContacts(role: Role | undefined): boolean {
  return role !== undefined && role !== 'viewer'
}

/** A value of a contact or an event as this role may see it; short numbers and truth values stay. */
export function shown(role: Role | undefined, value: unknown): unknown {
  return seesContacts(role) ? value : masked(value)
}

export function shownText(role: Role | undefined, text: string): string {
  return seesContacts(role) ? text : maskedText(text)
}

/** A sentence in which addresses and numbers may stand. */
export function shownSentence(role: Role | undefined, text: string): string {
  return seesContacts(role)
    ? text
    : withoutQuoted(text)
        .replace(EMAIL, maskedText)
        .replace(EMAIL_IN_ADDRESS, maskedText)
        .replace(LONG_NUMBER, HIDDEN)
}

/** What stands in quotes is a value; one that does not end goes on to the end. */
function withoutQuoted(text: string): string {
  let kept = ''
  let from = 0
  for (let begins = text.indexOf('“'); begins >= 0; begins = text.indexOf('“', from)) {
    kept += `${text.slice(from, begins)}“${HIDDEN}”`
    const ends = text.indexOf('”', begins)
    if (ends < 0) return kept
    from = ends + 1
  }
  return kept + text.slice(from)
}

export function shownReason(role: Role | undefined, { data }: Reason): unknown {
  if (!data || seesContacts(role)) return data
  return withoutPersonal(data)
}

function withoutPersonal(data: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      if (personal.has(key)) return [key, masked(value)]
      if (typeof value === 'string') return [key, shownSentence(undefined, value)]
      return [key, isRecord(value) ? withoutPersonal(value) : value]
    }),
  )
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskedText(value)
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [shownSentence(undefined, key), masked(inner)]),
    )
  }
  // A phone number, or one that a state or a bank gave to a person.
  if (typeof value === 'number' && Math.abs(value) >= 1_000_000) return HIDDEN
  return value
}

function maskedText(text: string): string {
  if (text === '') return text
  const [first = ''] = Array.from(text.slice(0, 2))
  return text.includes('@') ? `${first}${HIDDEN}@${HIDDEN}` : `${first}${HIDDEN}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { Role } from '../accounts/role.ts'
import type { Reason } from '../errors.ts'

const EMAIL = /[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+\.[^\s@"'<>(),;:]+/g
/** Seven digits or more, however they are grouped: a phone number, or part of a card's. */
const LONG_NUMBER = /\+?\d(?:[\s().-]?\d){6,}/g
const HIDDEN = '•••'
/** Keys of a reason's data that hold a value of the contact or the event. */
const personal = new Set(['actual', 'value', 'old', 'new'])

/** Viewers see that something is there, not what: names, addresses and numbers of contacts are masked. */
export function seesContacts(role: Role | undefined): boolean {
  return role !== undefined && role !== 'viewer'
}

/** A value of a contact or an event as this role may see it; keys, numbers and truth values stay. */
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
    : text
        .replace(EMAIL, maskedText)
        .replace(LONG_NUMBER, HIDDEN)
        .replace(/“[^”]*”/g, `“${HIDDEN}”`)
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
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]))
  }
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

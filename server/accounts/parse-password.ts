import { PasswordUnfit } from './account-errors.ts'

export const PASSWORD_LENGTH_MIN = 12
/** Nobody types more; without a bound a password could be a megabyte to be hashed. */
const PASSWORD_LENGTH_MAX = 200
/** Fewer different characters than this is a key that was held down, or one word over and over. */
const DIFFERENT_MIN = 6
/** Parts of a name or an address that are shorter say nothing. */
const PART_LENGTH_MIN = 4

/**
 * A password as it may be chosen: long, not repetitive, and not made of what everybody knows about the account. Length is
 * what counts, so there is no rule about kinds of characters (NIST SP 800-63B, 2025). Throws `PasswordUnfit`.
 */
export function parsePassword(password: string, known: readonly string[]): string {
  const length = Array.from(password).length
  if (length < PASSWORD_LENGTH_MIN) throw new PasswordUnfit('password_too_short')
  if (length > PASSWORD_LENGTH_MAX) throw new PasswordUnfit('password_too_long')
  const lower = password.toLowerCase()
  if (new Set(lower).size < DIFFERENT_MIN || isRow(lower)) throw new PasswordUnfit('password_too_simple')
  // What is left of it without the name, the address and the like has to be a password by itself.
  const rest = [...known, 'switchyard', 'password']
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((part) => part.length >= PART_LENGTH_MIN)
    .reduce((left, part) => left.replaceAll(part, ''), lower)
  if (Array.from(rest).length < PASSWORD_LENGTH_MIN / 2) throw new PasswordUnfit('password_holds_name')
  return password
}

/** Neighbours only, as in 123456789012 or abcdefghijkl, up or down. */
function isRow(text: string): boolean {
  const steps = new Set(Array.from(text.slice(1), (_, at) => text.charCodeAt(at + 1) - text.charCodeAt(at)))
  // 9 to 0 and back is a step in the row of digits.
  for (const wrap of [9, -9]) steps.delete(wrap)
  return steps.size === 1
}

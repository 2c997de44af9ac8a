import { z } from 'zod'
import { parseInput } from '../input-invalid.ts'

/** RFC 5321 allows no longer one. */
const LENGTH_MAX = 254

const emailSchema = z
  .string()
  .max(2 * LENGTH_MAX, { error: 'is too long for an email address', abort: true })
  .trim()
  .normalize()
  .toLowerCase()
  .pipe(z.email('is not an email address').max(LENGTH_MAX))

/** An address in the one spelling in which accounts are kept. Throws `InputInvalid`. */
export function parseEmail(email: string): string {
  return parseInput(emailSchema, email, 'email')
}

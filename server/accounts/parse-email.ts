import { z } from 'zod'
import { parseInput } from '../input-invalid.ts'

/** RFC 5321 allows no longer one. */
const emailSchema = z
  .string()
  .trim()
  .normalize()
  .toLowerCase()
  .pipe(z.email('is not an email address').max(254))

/** An address in the one spelling in which accounts are kept. Throws `InputInvalid`. */
export function parseEmail(email: string): string {
  return parseInput(emailSchema, email, 'email')
}

import { z } from 'zod'
import { parseInput } from './input-invalid.ts'

/** They turn the direction of what comes after them, and would make a name pass for another one. */
const turning = /[\u202a-\u202e\u2066-\u2069]/gu

/** What a name looks like: on one line, with something to see in it. What joins the parts of an emoji stays. */
export function nameUpTo(lengthMax: number) {
  return z
    .string()
    .transform((name) =>
      name
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .replace(turning, '')
        .trim(),
    )
    .pipe(
      z
        .string()
        .regex(/[^\p{Cf}\p{Z}]/u, 'give it a name')
        .max(lengthMax, `is longer than ${lengthMax} characters`),
    )
}

export const nameSchema = nameUpTo(200)

/** A name that people give to something. Throws `InputInvalid`. */
export function parseName(name: string): string {
  return parseInput(nameSchema, name, 'name')
}

import { z } from 'zod'
import { parseInput } from './input-invalid.ts'

const nameSchema = z.string().trim().min(1, 'give it a name').max(200, 'is longer than 200 characters')

/** A name that people give to something. Throws `InputInvalid`. */
export function parseName(name: string): string {
  return parseInput(nameSchema, name, 'name')
}

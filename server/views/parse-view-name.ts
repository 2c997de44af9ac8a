import { parseInput } from '../input-invalid.ts'
import { nameUpTo } from '../parse-name.ts'

/** Stands in a row with others, on a phone as well. */
const schema = nameUpTo(60)

/** The name of a view. Throws `InputInvalid`. */
export function parseViewName(name: string): string {
  return parseInput(schema, name, 'name')
}

import { isBlank } from './blank.ts'
import { isFunctionValue } from './is-function-value.ts'

/**
 * A value as one short text: a list is joined by commas without its blanks, an object is its JSON, and what is blank is
 * `otherwise`. For people to read there is `valueInWords`.
 */
export function valueAsText(value: unknown, otherwise = ''): string {
  if (isBlank(value) || isFunctionValue(value)) return otherwise
  if (typeof value === 'string') return value
  if (Array.isArray(value)) {
    const texts = value.map((element) => valueAsText(element)).filter((text) => text !== '')
    return texts.join(', ')
  }
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value)
  return JSON.stringify(value) ?? otherwise
}

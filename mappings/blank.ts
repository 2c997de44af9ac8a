/**
 * What a marketer calls empty: nothing, null, a text without a visible character, a list without elements. Zero and
 * `false` are values.
 */
export function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  return Array.isArray(value) && value.length === 0
}

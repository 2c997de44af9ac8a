/**
 * The same data without what says nothing: `undefined`, `null`, empty text, and objects left with nothing inside.
 * Vendors send dozens of empty fields; passed on, they would look like news and overwrite what is known.
 * `false`, `0` and empty lists say something and stay.
 */
export function withoutBlanks<T extends Record<string, unknown>>(record: T): Filled<T>
export function withoutBlanks(record: Record<string, unknown>): Record<string, unknown> {
  const filled: Record<string, unknown> = {}
  for (const name of Object.keys(record)) {
    // It would be the prototype of the copy.
    if (name === '__proto__') continue
    const value = record[name]
    const kept = isPlain(value) ? withoutBlanks(value) : value
    if (!isBlank(kept)) filled[name] = kept
  }
  return filled
}

/** What is left of a record: the same fields, none of them null, all of them perhaps absent. */
export type Filled<T> = { [Name in keyof T]?: FilledValue<NonNullable<T[Name]>> }
type FilledValue<V> = V extends readonly unknown[] ? V : V extends Record<string, unknown> ? Filled<V> : V

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return isPlain(value) && Object.keys(value).length === 0
}

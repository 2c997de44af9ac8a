/**
 * `application/x-www-form-urlencoded` with brackets: nested values become `a[b]=c`, lists `a[0]=c`. `undefined` is left
 * out, `null` is sent empty (vendors read it as "clear this field"), a date as ISO 8601.
 */
export function encodeForm(form: Readonly<Record<string, unknown>>): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) append(pairs, name, value)
  return pairs.toString()
}

function append(pairs: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined) return
  if (value === null) pairs.append(name, '')
  else if (value instanceof Date) pairs.append(name, value.toISOString())
  else if (typeof value === 'object') {
    for (const [key, nested] of Object.entries(value)) append(pairs, `${name}[${key}]`, nested)
  } else if (typeof value === 'string') pairs.append(name, value)
  else if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    pairs.append(name, `${value}`)
}

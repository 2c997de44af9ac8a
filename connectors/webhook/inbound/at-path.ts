/** The value at a dotted path such as `data.items.0.id`; a whole key with dots in it wins over the steps. */
export function atPath(value: unknown, path: string): unknown {
  if (!isRecord(value) && !Array.isArray(value)) return undefined
  if (isRecord(value) && Object.hasOwn(value, path)) return value[path]
  const dot = path.indexOf('.')
  const step = dot < 0 ? path : path.slice(0, dot)
  const rest = dot < 0 ? undefined : path.slice(dot + 1)
  const next = stepInto(value, step)
  return rest === undefined ? next : atPath(next, rest)
}

function stepInto(value: Record<string, unknown> | unknown[], step: string): unknown {
  if (Array.isArray(value)) return /^\d{1,6}$/.test(step) ? value[Number(step)] : undefined
  return Object.hasOwn(value, step) ? value[step] : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `Array.isArray` without the `any` it makes of the elements. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** A value that can be a name or an id, as text. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** A path into the body, or `header:<name>`. */
export function found(path: string, body: unknown, headers: Readonly<Record<string, string>>): unknown {
  return path.startsWith('header:')
    ? headers[path.slice('header:'.length).trim().toLowerCase()]
    : atPath(body, path)
}

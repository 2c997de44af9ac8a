import { hash } from 'node:crypto'

/** Lists are judged by their first elements, objects to this depth: enough to notice that a vendor changed something. */
const DEPTH_MAX = 8
const ELEMENTS_MAX = 3

/** A hash over the paths and types of a payload, whatever its values are: changes when its structure does. */
export function payloadShape(payload: unknown): string {
  const lines = new Set<string>()
  describe(payload, '', 0, lines)
  return hash('sha1', [...lines].sort().join('\n'), 'base64url').slice(0, 16)
}

function describe(value: unknown, path: string, depth: number, lines: Set<string>): void {
  if (Array.isArray(value)) {
    lines.add(`${path}:list`)
    if (depth < DEPTH_MAX)
      for (const element of value.slice(0, ELEMENTS_MAX)) describe(element, `${path}[]`, depth + 1, lines)
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= DEPTH_MAX) return
    for (const [key, inner] of Object.entries(value)) describe(inner, `${path}.${key}`, depth + 1, lines)
  } else {
    // An empty value says nothing about the type that a full one has.
    lines.add(`${path}:${value === null ? 'null' : typeof value}`)
  }
}

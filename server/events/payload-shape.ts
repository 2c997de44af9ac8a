import { hash } from 'node:crypto'

/** Lists are judged by their first elements, objects to this depth: enough to notice that a vendor changed something. */
const DEPTH_MAX = 8
const ELEMENTS_MAX = 3

/** A hash over the paths and types of a payload, whatever its values are: changes when its structure does. */
export function payloadShape(payload: unknown): string {
  const structure = skeleton(payload, 0)
  const known = shapes.get(structure)
  if (known !== undefined) return known
  const shape = shapeOf(payload)
  if (structure.length > STRUCTURE_MAX) return shape
  if (shapes.size >= HELD_MAX) shapes.clear()
  shapes.set(structure, shape)
  return shape
}

/** Vendors send few structures over and over, and to recognise one costs a fifth of working out its shape. */
const shapes = new Map<string, string>()
const HELD_MAX = 500
/** In characters. */
const STRUCTURE_MAX = 10_000

/** All that a shape depends on, in the order of the payload; a key's length keeps it apart from what stands around it. */
function skeleton(value: unknown, depth: number): string {
  if (Array.isArray(value)) {
    let text = '['
    if (depth < DEPTH_MAX)
      for (const element of value.slice(0, ELEMENTS_MAX)) text += skeleton(element, depth + 1)
    return `${text}]`
  }
  if (!isRecord(value)) return value === null ? 'null' : typeof value
  let text = '{'
  if (depth < DEPTH_MAX)
    for (const key of Object.keys(value)) text += `${key.length}:${key}${skeleton(value[key], depth + 1)}`
  return `${text}}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function shapeOf(payload: unknown): string {
  const lines = new Set<string>()
  describe(payload, '', 0, lines)
  return hash('sha1', [...lines].sort().join('\n'), 'base64url').slice(0, 16)
}

function describe(value: unknown, path: string, depth: number, lines: Set<string>): void {
  if (Array.isArray(value)) {
    lines.add(`${path}:list`)
    if (depth < DEPTH_MAX)
      for (const element of value.slice(0, ELEMENTS_MAX)) describe(element, `${path}[]`, depth + 1, lines)
  } else if (isRecord(value)) {
    if (depth >= DEPTH_MAX) return
    for (const [key, inner] of Object.entries(value)) describe(inner, `${path}.${key}`, depth + 1, lines)
  } else {
    // An empty value says nothing about the type that a full one has.
    lines.add(`${path}:${value === null ? 'null' : typeof value}`)
  }
}

import { hash } from 'node:crypto'

/** Lists are judged by their first elements, objects to this depth: enough to notice that a vendor changed something. */
const DEPTH_MAX = 8
const ELEMENTS_MAX = 3

/** A hash over the paths and types of a payload, whatever its values are: changes when its structure does. */
export function payloadShape(payload: unknown): string {
  if (placesKnown > PLACES_MAX) {
    start = newPlace()
    placesKnown = 0
  }
  stepsLeft = STEPS_MAX
  const end = follow(payload, 0, start)
  return stepsLeft < 0 ? shapeOf(payload) : (end.shape ??= shapeOf(payload))
}

/**
 * Vendors send few structures over and over, and to recognise one costs a fifth of working out its shape. Each is a way
 * that keys and types lead from place to place; payloads of one structure end at the same place.
 */
interface Place {
  after: Map<string | symbol, Place>
  shape?: string
}

const newPlace = (): Place => ({ after: new Map() })
let start = newPlace()
let placesKnown = 0
let stepsLeft = 0
/** So many are remembered, some megabytes; then it begins anew. */
const PLACES_MAX = 20_000
/** Whatever is larger is not remembered. */
const STEPS_MAX = 2_000

/** What leads on besides keys, and is no key. */
const LIST = Symbol('list')
const RECORD = Symbol('record')
const END = Symbol('end')
/** A value, by the name of its type. */
const VALUE: Readonly<Record<string, symbol>> = {
  null: Symbol('null'),
  string: Symbol('string'),
  number: Symbol('number'),
  boolean: Symbol('boolean'),
}
const NOTHING = Symbol('nothing')

/** The place to which a value leads; it depends on all that the shape depends on. */
function follow(value: unknown, depth: number, from: Place): Place {
  if (Array.isArray(value)) {
    let at = step(from, LIST)
    const last = depth < DEPTH_MAX ? Math.min(value.length, ELEMENTS_MAX) : 0
    for (let index = 0; index < last; index++) at = follow(value[index], depth + 1, at)
    return step(at, END)
  }
  if (isRecord(value)) {
    let at = step(from, RECORD)
    if (depth < DEPTH_MAX)
      for (const key of Object.keys(value)) at = follow(value[key], depth + 1, step(at, key))
    return step(at, END)
  }
  return step(from, VALUE[value === null ? 'null' : typeof value] ?? NOTHING)
}

function step(from: Place, by: string | symbol): Place {
  if (stepsLeft-- <= 0) return from
  let place = from.after.get(by)
  if (!place) {
    place = newPlace()
    placesKnown++
    from.after.set(by, place)
  }
  return place
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

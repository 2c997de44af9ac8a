/**
 * Paths into a mapping's input: `event.properties.products[0].name`. Names that are not plain words are back-quoted
 * (`` event.raw.`First name` ``, a back-quote inside is written twice), `[0]` picks from a list (`[-1]`: the last) and
 * `[]` says that the result shall be a list even when there is one value only.
 *
 * A path reads exactly what the same text reads in JSONata: a name asked of a list is asked of each of its elements,
 * and a single answer is that answer, not a list of one. Only own properties are read, so a path never reaches a
 * prototype.
 */
export interface Path {
  segments: readonly Segment[]
}

export interface Segment {
  name: string
  indexes: readonly number[]
  /** Written with `[]`. */
  keepsList: boolean
}

export type ParsedPath = { ok: true; path: Path } | { ok: false; position: number; message: string }

const plainName = /[A-Za-z_][A-Za-z0-9_]*/y
const quotedName = /`((?:[^`]|``)+)`/y
const index = /\[(-?\d{1,6})?\]/y

/** Words that JSONata would not read as a name. */
const reserved = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function'])

/** Never throws: what cannot be read is told with the position (from 0) where reading stopped. */
export function parsePath(text: string): ParsedPath {
  const segments: Segment[] = []
  let position = 0

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position
    const match = pattern.exec(text)
    if (match) position = pattern.lastIndex
    return match
  }

  for (;;) {
    const name = take(plainName)?.[0] ?? take(quotedName)?.[1]?.replaceAll('``', '`')
    if (name === undefined) {
      return { ok: false, position, message: nameExpected(text, position) }
    }
    const indexes: number[] = []
    let keepsList = false
    for (let found = take(index); found; found = take(index)) {
      if (found[1] === undefined) keepsList = true
      else indexes.push(Number(found[1]))
    }
    segments.push({ name, indexes, keepsList })
    if (position === text.length) return { ok: true, path: { segments } }
    if (text[position] !== '.') {
      return {
        ok: false,
        position,
        message: `“${text}”: a dot or the end was expected at character ${position + 1}.`,
      }
    }
    position++
  }
}

function nameExpected(text: string, position: number): string {
  return `“${text}”: a field name was expected at character ${position + 1}. Put names with spaces or signs between back-quotes.`
}

/** The path as text again, quoted only where JSONata or this syntax needs it. */
export function printPath({ segments }: Path): string {
  return segments.map((segment) => printName(segment.name) + printBrackets(segment)).join('.')
}

/** What stands behind the name. */
export function printBrackets({ indexes, keepsList }: Segment): string {
  return indexes.map((position) => `[${position}]`).join('') + (keepsList ? '[]' : '')
}

function printName(name: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name)
  return isPlain ? name : `\`${name.replaceAll('`', '``')}\``
}

/** A function that reads the path, or undefined where there is nothing. It never throws. */
export function compilePath(path: Path): (root: object) => unknown {
  const { segments } = path
  const isSimple = segments.every(({ indexes, keepsList }) => !keepsList && indexes.length === 0)
  const names = segments.map(({ name }) => name)
  const last = names.length - 1

  return (root) => {
    if (!isSimple) return readThroughLists(path, root)
    let value: unknown = root
    for (let at = 0; at <= last; at++) {
      if (typeof value !== 'object' || value === null) return undefined
      if (Array.isArray(value)) return readThroughLists(path, root)
      value = own(value, names[at] ?? '')
    }
    return value
  }
}

/** What was collected from a list, as opposed to a list that the data itself holds: only this one is unwrapped. */
class Collected {
  readonly values: readonly unknown[]

  constructor(values: readonly unknown[]) {
    this.values = values
  }
}

/** The general case: JSONata's own rules for lists, step by step. */
function readThroughLists({ segments }: Path, root: object): unknown {
  let current: readonly unknown[] = [root]
  let isCollected = true

  for (const [at, { name, indexes, keepsList }] of segments.entries()) {
    const results: unknown[] = []
    for (const item of current) {
      let result = unwrap(lookUp(item, name), keepsList)
      for (const position of indexes) result = pick(result, position)
      if (result !== undefined) results.push(result)
    }
    const only = results.length === 1 ? results[0] : undefined
    if (at === segments.length - 1 && Array.isArray(only)) {
      current = only
      isCollected = false
    } else {
      current = results.flatMap((result) => (result instanceof Collected ? result.values : result))
    }
    if (current.length === 0) break
  }

  if (!isCollected) return current
  if (current.length === 0) return undefined
  return current.length === 1 && !segments.some(({ keepsList }) => keepsList) ? current[0] : current
}

function lookUp(value: unknown, name: string): unknown {
  if (!Array.isArray(value)) return typeof value === 'object' && value !== null ? own(value, name) : undefined
  return new Collected(
    value.flatMap((element) => {
      const found = lookUp(element, name)
      if (found instanceof Collected) return found.values
      return found === undefined ? [] : found
    }),
  )
}

function unwrap(value: unknown, keepsList: boolean): unknown {
  if (!(value instanceof Collected) || value.values.length > 1) return value
  return keepsList && value.values.length === 1 ? value : value.values[0]
}

function pick(value: unknown, position: number): unknown {
  const list: readonly unknown[] =
    value instanceof Collected ? value.values : Array.isArray(value) ? value : [value]
  const picked = list.at(position)
  return Array.isArray(picked) ? picked : new Collected(picked === undefined ? [] : [picked])
}

function own(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}

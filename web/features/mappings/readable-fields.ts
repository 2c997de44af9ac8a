import { isRecord } from '../../graphql/json.ts'
import type { Json, JsonRecord } from '../../graphql/json.ts'
import { fieldGroups, pathWords } from './field-words.ts'
import type { PathWords } from './field-words.ts'
import { pathOf } from './paths.ts'
import type { Segment } from './paths.ts'

/** Something that a mapping can read, with what the shown person has there. */
export interface ReadableField extends PathWords {
  path: string
  /** Absent where the shown person has nothing there. */
  value: Json | undefined
  /** What it is part of comes before it in the list. */
  isWithin: boolean
}

/** Of very large payloads, the beginning. */
const FIELDS_MAX = 1_500
const DEPTH_MAX = 8

/**
 * Everything that can be read for the shown person, in the order of the groups, and after it what others have had
 * (`seen`): a field does not vanish from the list because one person has nothing there.
 */
export function readableFields(input: JsonRecord | undefined, seen: readonly string[]): ReadableField[] {
  const found = new Map<string, Json | undefined>()
  for (const [root, value] of Object.entries(input ?? {})) {
    // The same as `contact.company`.
    if (root !== 'company') visit(value, [root], found)
  }
  const here = [...found].map(([path, value]) => ({ path, value, isWithin: true }))
  const elsewhere = [...new Set(seen)]
    .filter((path) => !found.has(path))
    .map((path) => ({ path, value: undefined, isWithin: false }))
  const fields = [...here, ...elsewhere].map((field) => ({ ...field, ...pathWords(field.path) }))
  return fieldGroups.flatMap((group) =>
    fields.filter((field) => field.group === group && field.parts.length > 0),
  )
}

/** The paths that can be read below a part of an event or a contact. */
export function pathsWithin(value: Json, root: readonly Segment[]): string[] {
  const found = new Map<string, Json | undefined>()
  visit(value, root, found)
  return [...found.keys()]
}

function visit(value: Json, at: readonly Segment[], found: Map<string, Json | undefined>): void {
  if (found.size >= FIELDS_MAX || at.length > DEPTH_MAX) return
  found.set(pathOf(at), value)
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) visit(inner, [...at, name], found)
  } else if (Array.isArray(value)) {
    visitList(value, at, found)
  }
}

/** Of a list of things: what each of them has, and what the first one has. */
function visitList(
  list: readonly Json[],
  at: readonly Segment[],
  found: Map<string, Json | undefined>,
): void {
  const [first] = list
  if (!isRecord(first)) return
  for (const [name, inner] of Object.entries(first)) {
    if (typeof inner === 'object') continue
    const all = list.flatMap((each) => (isRecord(each) ? (each[name] ?? []) : []))
    found.set(pathOf([...at, name]), all.length === 1 ? all[0] : all)
  }
  visit(first, [...at, 0], found)
}

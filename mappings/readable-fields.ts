import { valueAsText } from './value-as-text.ts'
import { printPath } from './path.ts'
import type { MappingInput } from './mapping.ts'

export const readableKinds = ['text', 'number', 'yes_no', 'time', 'list'] as const
export type ReadableKind = (typeof readableKinds)[number]

/** A value that conditions and mappings can read, as seen in real events. */
export interface ReadableField {
  path: string
  kind: ReadableKind
  /** Different values that were seen, newest event first. */
  examples: string[]
}

const FIELDS_MAX = 300
const EXAMPLES_MAX = 5
const EXAMPLE_CHARS_MAX = 80
const DEPTH_MAX = 5
/** Names the hub gives itself: nobody compares with them. */
const ownNames = new Set(['contact.id', 'event.contact.external_id'])

/** What there is to read in these inputs, each path once: what the event says first, then what is known of the person. */
export function readableFields(inputs: readonly MappingInput[]): ReadableField[] {
  const found = new Map<string, ReadableField>()
  for (const { event, contact } of inputs) {
    const { properties, context, contact: person, occurred_at } = event
    walk(['event', 'properties'], properties, found)
    walk(['event', 'contact'], person, found)
    walk(['contact'], contact, found)
    walk(['event', 'occurred_at'], occurred_at, found)
    walk(['event', 'context'], context, found)
  }
  return [...found.values()].slice(0, FIELDS_MAX)
}

function walk(names: readonly string[], value: unknown, found: Map<string, ReadableField>): void {
  if (value === undefined || value === null || value === '') return
  if (Array.isArray(value)) {
    const parts = value.filter((each) => isRecord(each))
    for (const part of parts) walkRecord(names, part, found, 'list')
    if (parts.length === 0) note(names, 'list', value, found)
    return
  }
  if (isRecord(value)) return walkRecord(names, value, found)
  note(names, kindOf(value), [value], found)
}

function walkRecord(
  names: readonly string[],
  value: Record<string, unknown>,
  found: Map<string, ReadableField>,
  as?: ReadableKind,
): void {
  if (names.length > DEPTH_MAX) return
  for (const [name, inner] of Object.entries(value)) {
    const below = [...names, name]
    if (!as) walk(below, inner, found)
    // One value of each element: together they are a list.
    else if (!isRecord(inner) && inner !== null) note(below, as, [inner].flat(), found)
  }
}

function note(
  names: readonly string[],
  kind: ReadableKind,
  values: readonly unknown[],
  found: Map<string, ReadableField>,
): void {
  const path = printPath({ segments: names.map((name) => ({ name, indexes: [], keepsList: false })) })
  if (ownNames.has(path)) return
  const field = found.get(path) ?? { path, kind, examples: [] }
  found.set(path, field)
  // Now this, now that: compared as text, whatever it is.
  if (field.kind !== kind) field.kind = field.kind === 'list' || kind === 'list' ? 'list' : 'text'
  for (const value of values) {
    const example = valueAsText(value)
    if (field.examples.length >= EXAMPLES_MAX) return
    if (example !== '' && example.length <= EXAMPLE_CHARS_MAX && !field.examples.includes(example))
      field.examples.push(example)
  }
}

function kindOf(value: unknown): ReadableKind {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'yes_no'
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/.test(value) ? 'time' : 'text'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { isRecord } from '../../graphql/json.ts'
import type { Json, JsonRecord } from '../../graphql/json.ts'

// Types and not interfaces: only those are JSON to the compiler.
/** A value read into a text. `fallback` stands in for a blank. */
export type TextValue = { path: string; fallback?: string }

export type TextPart = string | TextValue

/** How one target field gets its value. */
export type Source =
  | { kind: 'field'; path: string; fallback?: string }
  | { kind: 'text'; parts: readonly TextPart[] }
  | { kind: 'fixed'; value: string | number | boolean }
  | { kind: 'lookup'; path: string; table: Readonly<Record<string, string>>; otherwise?: string }
  | { kind: 'formula'; expression: string }

export const rules = ['always', 'only_if_empty', 'never_blank'] as const
export type Rule = (typeof rules)[number]

export type MappedField = { source: Source; when: Rule }

/** Target fields of an action, and where each gets its value from. */
export type MappingFields = Readonly<Record<string, MappedField>>

/** A mapping as the hub gives it. What it does not know the form of is left out. */
export function readFields(stored: Json): MappingFields {
  if (!isRecord(stored)) return {}
  return Object.fromEntries(
    Object.entries(stored).flatMap(([name, row]) => {
      const source = isRecord(row) ? readSource(row['source']) : undefined
      const when = isRecord(row) ? rules.find((rule) => rule === row['when']) : undefined
      return source && when ? [[name, { source, when }]] : []
    }),
  )
}

/** Whether both hold the same, in whatever order: names come back from the hub in another one. */
export function isSame(one: Json, other: Json): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other))
}

/** What a source reads. Formulas are not looked into. */
export function pathsOf(source: Source): string[] {
  switch (source.kind) {
    case 'field':
    case 'lookup':
      return [source.path]
    case 'text':
      return source.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.path]))
    case 'fixed':
    case 'formula':
      return []
  }
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map((each: Json) => ordered(each))
  if (!isRecord(value)) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, ordered(inner)]))
}

function readSource(of: Json | undefined): Source | undefined {
  if (!isRecord(of)) return undefined
  const { kind, value, table, parts } = of
  const path = textOf(of, 'path')
  switch (kind) {
    case 'field':
      return path === undefined ? undefined : { kind, path, ...optional(of, 'fallback') }
    case 'fixed':
      return isPlain(value) ? { kind, value } : undefined
    case 'formula':
      return { kind, expression: textOf(of, 'expression') ?? '' }
    case 'text':
      return { kind, parts: Array.isArray(parts) ? parts.flatMap((part: Json) => readPart(part) ?? []) : [] }
    case 'lookup':
      return path === undefined
        ? undefined
        : { kind, path, table: readTable(table), ...optional(of, 'otherwise') }
    default:
      return undefined
  }
}

function readPart(part: Json): TextPart | undefined {
  if (typeof part === 'string') return part
  const path = isRecord(part) ? textOf(part, 'path') : undefined
  return isRecord(part) && path !== undefined ? { path, ...optional(part, 'fallback') } : undefined
}

function readTable(table: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isRecord(table) ? table : {}).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  )
}

function optional<Name extends string>(of: JsonRecord, name: Name): { [Key in Name]?: string } | undefined {
  const text = textOf(of, name)
  if (text === undefined) return undefined
  const given: { [Key in Name]?: string } = {}
  given[name] = text
  return given
}

function textOf(of: JsonRecord, name: string): string | undefined {
  const value = of[name]
  return typeof value === 'string' ? value : undefined
}

function isPlain(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

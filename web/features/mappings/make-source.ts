import { pathsOf } from './mapping-fields.ts'
import type { Source } from './mapping-fields.ts'
import type { FormulaFunction } from './formula-function.ts'

/**
 * A new source of another kind, which goes on with what the row has had or with what was typed. What others wrote stays
 * escaped in a field that takes HTML, where the hub does that by itself for anything but a formula.
 */
export function makeSource(
  kind: 'text' | 'lookup' | 'formula',
  before: Source | undefined,
  { path, typed, isHtml }: { path: string; typed: string; isHtml: boolean },
): Source {
  switch (kind) {
    case 'text':
      return { kind, parts: textParts(before, typed) }
    case 'lookup':
      return before?.kind === 'lookup' ? before : { kind, path: firstPath(before) ?? path, table: {} }
    case 'formula':
      return { kind, expression: expressionOf(before ?? { kind: 'field', path }, isHtml) }
  }
}

/** A call of a formula that the hub has by name, on what the row has had; the outcome is escaped in the same way. */
export function callOf(
  { name, usage }: FormulaFunction,
  before: Source | undefined,
  { path, isHtml }: { path: string; isHtml: boolean },
): Source {
  const [, inside = ''] = /\((.*)\)/.exec(usage) ?? []
  const [, ...others] = inside.split(',').map((argument) => argument.trim())
  const needed = others
    .filter((argument) => !argument.endsWith('?'))
    .map((argument) => JSON.stringify(argument))
  const first = expressionOf(before ?? { kind: 'field', path }, false)
  const call = `$${name}(${[first, ...needed].join(', ')})`
  const isSafe = !isHtml || before?.kind === 'formula' || escapes(call)
  return { kind: 'formula', expression: isSafe ? call : inHtml(call) }
}

/** Whether a formula escapes what it reads, as far as one can tell. */
export function escapes(formula: string): boolean {
  return /\$(?:escapeHtml|inHtml)\s*\(/.test(formula)
}

function textParts(before: Source | undefined, typed: string): Extract<Source, { kind: 'text' }>['parts'] {
  if (before?.kind === 'text') return before.parts
  if (before?.kind === 'field') {
    const { kind: _kind, ...value } = before
    return [value, ...(typed ? [` ${typed}`] : [])]
  }
  return [before?.kind === 'fixed' && !typed ? String(before.value) : typed]
}

function firstPath(source: Source | undefined): string | undefined {
  return source && pathsOf(source)[0]
}

function inHtml(expression: string): string {
  return `$inHtml(${expression})`
}

function expressionOf(source: Source, isHtml: boolean): string {
  const read = (path: string) => (isHtml ? inHtml(path) : path)
  switch (source.kind) {
    case 'formula':
      return source.expression
    case 'fixed':
      return JSON.stringify(source.value)
    case 'field': {
      const { path, fallback } = source
      return fallback === undefined ? read(path) : callWith('$default', [read(path)], fallback)
    }
    case 'lookup': {
      const { path, table, otherwise } = source
      return callWith('$lookup', [JSON.stringify(table), `$text(${path})`], otherwise)
    }
    case 'text':
      return source.parts
        .filter((part) => part !== '')
        .map((part) =>
          typeof part === 'string'
            ? JSON.stringify(part)
            : callWith('$text', [read(part.path)], part.fallback),
        )
        .join(' & ')
  }
}

/** `otherwise` comes last, where there is one. */
function callWith(name: string, values: readonly string[], otherwise: string | undefined): string {
  return `${name}(${[...values, ...(otherwise === undefined ? [] : [JSON.stringify(otherwise)])].join(', ')})`
}

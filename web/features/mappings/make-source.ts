import { pathsOf } from './mapping-fields.ts'
import type { Source } from './mapping-fields.ts'
import type { FormulaFunction } from './formula-function.ts'

/** A new source of another kind, which goes on with what the row has had or with what was typed. */
export function makeSource(
  kind: 'text' | 'lookup' | 'formula',
  before: Source | undefined,
  { path, typed }: { path: string; typed: string },
): Source {
  switch (kind) {
    case 'text':
      return { kind, parts: textParts(before, typed) }
    case 'lookup':
      return { kind, path: firstPath(before) ?? path, table: {} }
    case 'formula':
      return { kind, expression: before ? expressionOf(before) : path }
  }
}

/** A call of a formula that the hub has by name, on what the row has had. */
export function callOf({ name, usage }: FormulaFunction, before: Source | undefined, path: string): Source {
  const [, inside = ''] = /\((.*)\)/.exec(usage) ?? []
  const [, ...others] = inside.split(',').map((argument) => argument.trim())
  const needed = others
    .filter((argument) => !argument.endsWith('?'))
    .map((argument) => JSON.stringify(argument))
  const first = before ? expressionOf(before) : path
  return { kind: 'formula', expression: `$${name}(${[first, ...needed].join(', ')})` }
}

function textParts(before: Source | undefined, typed: string): Extract<Source, { kind: 'text' }>['parts'] {
  if (before?.kind === 'text') return before.parts
  if (before?.kind === 'field') return [{ path: before.path }, ...(typed ? [` ${typed}`] : [])]
  return [before?.kind === 'fixed' && !typed ? String(before.value) : typed]
}

function firstPath(source: Source | undefined): string | undefined {
  return source && pathsOf(source)[0]
}

function expressionOf(source: Source): string {
  switch (source.kind) {
    case 'formula':
      return source.expression
    case 'fixed':
      return JSON.stringify(source.value)
    case 'field':
    case 'lookup':
      return source.path
    case 'text':
      return source.parts
        .filter((part) => part !== '')
        .map((part) => (typeof part === 'string' ? JSON.stringify(part) : `$text(${part.path})`))
        .join(' & ')
  }
}

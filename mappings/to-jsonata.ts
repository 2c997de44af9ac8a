import type { z } from 'zod'
import type { MappingFields, Source, TextValue } from './mapping.ts'
import { parsePath, printBrackets, printPath } from './path.ts'
import { isHtmlTarget } from './target-field.ts'

/**
 * A mapping as one JSONata expression, for reading and export: an object with a line per target field. It gives what
 * the compiled mapping gives (with the functions of `functions.ts` at hand), before `when` and the action's schema
 * come in. It is never read back: the stored form is the truth.
 */
export function mappingToJsonata(fields: MappingFields, schema?: z.ZodObject): string {
  const lines = Object.entries(fields).map(
    ([field, { source }]) => `  ${literal(field)}: ${sourceToJsonata(source, isHtmlTarget(schema, field))}`,
  )
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n}`
}

/** One row of a mapping as JSONata. */
export function sourceToJsonata(source: Source, isHtml = false): string {
  switch (source.kind) {
    case 'field': {
      const path = valueToJsonata(source.path, isHtml)
      return source.fallback === undefined ? path : `$default(${path}, ${literal(source.fallback)})`
    }
    case 'text': {
      const parts = source.parts.map((part) =>
        typeof part === 'string' ? literal(part) : textValueToJsonata(part, isHtml),
      )
      return parts.length === 0 ? '""' : parts.join(' & ')
    }
    case 'fixed':
      return literal(source.value)
    case 'lookup': {
      const rows = Object.entries(source.table).map(([key, value]) => `${literal(key)}: ${literal(value)}`)
      const otherwise = source.otherwise === undefined ? '' : `, ${literal(source.otherwise)}`
      return `$lookup({ ${rows.join(', ')} }, $text(${pathToJsonata(source.path)})${otherwise})`
    }
    case 'formula':
      return `(${source.expression})`
  }
}

/** What is read into HTML is escaped. */
function valueToJsonata(path: string, isHtml: boolean): string {
  return isHtml ? `$inHtml(${pathToJsonata(path)})` : pathToJsonata(path)
}

function textValueToJsonata({ path, fallback }: TextValue, isHtml: boolean): string {
  return `${isHtml ? '$text' : '$inWords'}(${valueToJsonata(path, isHtml)}${fallback === undefined ? '' : `, ${literal(fallback)}`})`
}

/** The two syntaxes differ in one thing only: JSONata has no way to write a back-quote in a name. */
function pathToJsonata(text: string): string {
  const parsed = parsePath(text)
  if (!parsed.ok) throw new Error(parsed.message)
  const { segments } = parsed.path
  if (segments.every(({ name }) => !name.includes('`'))) return printPath(parsed.path)

  const steps = segments.map((segment) =>
    segment.name.includes('`')
      ? `$lookup($, ${literal(segment.name)})${printBrackets(segment)}`
      : printPath({ segments: [segment] }),
  )
  return steps.join('.')
}

function literal(value: string | number | boolean): string {
  return JSON.stringify(value)
}

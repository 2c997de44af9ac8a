import type { TextPart, TextValue } from './mapping-fields.ts'

/**
 * A value in a text as it is edited: its path in double braces, and behind a bar what stands in for a blank. A name in
 * back-quotes may hold any of these signs; it ends where no other back-quote follows, so that there is one way to read it.
 */
export const placeholder =
  /\{\{\s*((?:`(?:[^`]|``)+`(?!`)|[^{}|`\s])(?:`(?:[^`]|``)+`(?!`)|[^{}|`])*?)\s*(?:\|("(?:[^"\\]|\\.)*"))?\}\}/g

/** A text with values in it as one line of characters. */
export function printText(parts: readonly TextPart[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : printValue(part))).join('')
}

export function printValue({ path, fallback }: TextValue): string {
  return fallback === undefined ? `{{${path}}}` : `{{${path}|${JSON.stringify(fallback)}}}`
}

/** The other way round. Braces around anything else are text. */
export function readText(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(placeholder)) {
    const value = readValue(match)
    if (!value) continue
    if (match.index > end) parts.push(text.slice(end, match.index))
    parts.push(value)
    end = match.index + match[0].length
  }
  if (end < text.length || parts.length === 0) parts.push(text.slice(end))
  return parts
}

/** What stands between the braces of a match, if it is something that can be read. */
export function readValue([, path = '', fallback]: RegExpMatchArray): TextValue | undefined {
  if (!/^(?:event|contact|company|connection|steps|now)\b/.test(path)) return undefined
  return fallback === undefined ? { path } : { path, fallback: unquoted(fallback) }
}

function unquoted(text: string): string {
  const value: unknown = JSON.parse(text)
  return typeof value === 'string' ? value : ''
}

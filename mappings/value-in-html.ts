import { escapeHtml } from './escape-html.ts'
import { valueInWords } from './value-in-words.ts'

/** A value for people to read, as HTML shows it letter for letter; where it has another line, HTML has one too. */
export function valueInHtml(value: unknown): string {
  return escapeHtml(valueInWords(value)).replaceAll(/\r?\n/g, '<br>')
}

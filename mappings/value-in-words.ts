import { isFunctionValue } from './is-function-value.ts'
import { nameInWords } from './name-in-words.ts'
import { valueAsText } from './value-as-text.ts'

/**
 * A value for people to read: what one would put into a sentence as `valueAsText` puts it, and whatever holds more than
 * that with a line for each thing in it, “Budget: 20 000”. Things inside of things carry the names of both, “Company ›
 * Size: 12”, so that a line says all of it wherever it stands. Blanks are left out; `otherwise` stands for nothing at
 * all. At most 200 lines of 2,000 characters, then an ellipsis.
 */
export function valueInWords(value: unknown, otherwise = ''): string {
  if (!holdsMore(value)) return valueAsText(value, otherwise)
  const lines: string[] = []
  addLines(lines, value, [])
  return lines.join('\n') || otherwise
}

const limits = { lines: 200, chars: 2_000, depth: 20 } as const

/** Whether it is more than one can say in a row: an object, or a list of such. */
export function holdsMore(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isFunctionValue(value)) return false
  return !Array.isArray(value) || value.some((element) => typeof element === 'object' && element !== null)
}

function addLines(lines: string[], value: unknown, names: readonly string[]): void {
  if (lines.length > limits.lines) return
  if (!holdsMore(value)) return addLine(lines, valueAsText(value), names)
  if (names.length === limits.depth) return addLine(lines, '…', names)
  for (const [name, inner] of entriesOf(value)) {
    // Every single step keeps to the limit: a payload may be large.
    if (lines.length > limits.lines) return
    addLines(lines, inner, name === '' ? names : [...names, name])
  }
}

function addLine(lines: string[], text: string, names: readonly string[]): void {
  if (text === '') return
  if (lines.length === limits.lines) return void lines.push('…')
  const short = text.length > limits.chars ? `${text.slice(0, limits.chars)}…` : text
  lines.push(names.length === 0 ? short : `${names.join(' › ')}: ${short}`)
}

/** One by one, so that what is beyond the limit is never looked at. */
function* entriesOf(value: object): Generator<[name: string, inner: unknown]> {
  if (Array.isArray(value)) {
    // Where there is only one, nobody needs to be told which.
    for (const [at, inner] of value.entries()) yield [value.length === 1 ? '' : String(at + 1), inner]
    return
  }
  for (const [name, inner] of Object.entries<unknown>({ ...value })) {
    // The same amount in cents is for programs.
    const amount = /^(.+)_minor$/.exec(name)?.[1]
    if (amount !== undefined && Object.hasOwn(value, amount)) continue
    // What a form's fields are called says enough.
    yield [name === 'fields' && holdsMore(inner) ? '' : nameInWords(name), inner]
  }
}

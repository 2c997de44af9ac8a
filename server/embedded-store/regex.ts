import { StoreError } from './errors.ts'
import { Regex, Symbolic } from './bson-types.ts'
import type { Value } from './bson-types.ts'

/**
 * Compiles a regular expression as MongoDB takes it. Options `i m s x` act, `u` and `l` change nothing; a leading
 * `(?i)` group is understood, other syntax only PCRE has is refused.
 * @throws StoreError for an unknown option or a pattern that does not compile.
 */
export function compileRegex(pattern: string, options: string): RegExp {
  const flags = new Set<string>()
  let source = pattern
  const leading = /^\(\?([imsx]+)\)/.exec(source)
  if (leading) source = source.slice(leading[0].length)
  for (const option of options + (leading?.[1] ?? '')) {
    if (!'imsxul'.includes(option)) {
      throw new StoreError(51108, `invalid flag in regex options: ${option}`)
    }
    flags.add(option)
  }
  if (flags.has('x')) source = withoutLayout(source)
  const jsFlags = ['i', 'm', 's'].filter((flag) => flags.has(flag)).join('')
  try {
    return new RegExp(source, /\\p\{|\\u\{/i.test(source) ? `${jsFlags}u` : jsFlags)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new StoreError(51091, `Regular expression is invalid: ${problem}`)
  }
}

/** Under the option `x`, white space and `#` comments outside character classes mean nothing. */
function withoutLayout(source: string): string {
  return source.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\s+|#[^\n]*/g, (part) =>
    part.startsWith('#') || /^\s/.test(part) ? '' : part,
  )
}

/** A test of single values: strings and symbols that match, and the very same expression stored as a value. */
export function regexTest(regex: Regex): (value: Value | undefined) => boolean {
  const compiled = compileRegex(regex.pattern, regex.options)
  return (value) => {
    if (typeof value === 'string') return compiled.test(value)
    if (typeof value !== 'object' || value === null) return false
    if (value instanceof Symbolic) return compiled.test(value.value)
    return value instanceof Regex && value.pattern === regex.pattern && value.options === regex.options
  }
}

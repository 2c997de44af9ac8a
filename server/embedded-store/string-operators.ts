import { StoreError } from './errors.ts'
import { Regex, Symbolic, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { toDouble } from './arithmetic.ts'
import { compareStrings, isNullish, isNumeric } from './compare-values.ts'
import type { EagerOperator } from './expression-operators.ts'
import { compileRegex } from './regex.ts'
import { toText } from './convert-value.ts'
import { typeName } from './type-name.ts'

type Args = readonly (Value | undefined)[]

/** The text of an argument; null counts as empty, as most string operators have it. */
function textOf(name: string, value: Value | undefined): string {
  if (isNullish(value)) return ''
  if (typeof value === 'string') return value
  if (value instanceof Symbolic) return value.value
  if (isNumeric(value) || value instanceof Date) return toText(value)
  throw new StoreError(16007, `${name} cannot convert from BSON type ${typeName(value)} to String`)
}

function strictText(name: string, value: Value | undefined): string {
  if (typeof value === 'string') return value
  throw new StoreError(34471, `${name} requires a string argument, found: ${typeName(value)}`)
}

function onText(compute: (text: string) => Value): EagerOperator {
  return { arity: [1, 1], apply: ([value], name) => compute(textOf(name, value)) }
}

function concat(args: Args): Value {
  let text = ''
  for (const value of args) {
    if (isNullish(value)) return null
    if (typeof value !== 'string') {
      throw new StoreError(16702, `$concat only supports strings, not ${typeName(value)}`)
    }
    text += value
  }
  return text
}

/** A part of a text by code points. */
function substringByCodePoints([value, start, count]: Args, name: string): Value {
  const points = Array.from(textOf(name, value))
  const from = countOf(name, start)
  return points.slice(from, from + countOf(name, count)).join('')
}

/** A part of a text by bytes of its UTF-8; a negative count means the rest. */
function substringByBytes([value, start, count]: Args, name: string): Value {
  const bytes = Buffer.from(textOf(name, value))
  const from = countOf(name, start)
  const length = isNumeric(count) ? Math.trunc(toDouble(count)) : 0
  const end = length < 0 ? bytes.length : from + length
  if (isContinuation(bytes[from]) || isContinuation(bytes[end])) {
    throw new StoreError(28656, `${name}: Invalid range, a character would be cut in two`)
  }
  return bytes.toString('utf8', Math.min(from, bytes.length), Math.min(end, bytes.length))
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}

function countOf(name: string, value: Value | undefined): number {
  const count = isNumeric(value) ? Math.trunc(toDouble(value)) : -1
  if (count < 0) throw new StoreError(34452, `${name}: a position or length must be a non-negative number`)
  return count
}

function indexOfCodePoints([value, wanted, start, end]: Args, name: string): Value {
  if (isNullish(value)) return null
  const points = Array.from(strictText(name, value))
  const sought = Array.from(strictText(name, wanted))
  const from = start === undefined ? 0 : countOf(name, start)
  const to = Math.min(end === undefined ? points.length : countOf(name, end), points.length)
  for (let at = from; at + sought.length <= to; at++) {
    if (sought.every((point, index) => points[at + index] === point)) return at
  }
  return -1
}

function indexOfBytes([value, wanted, start, end]: Args, name: string): Value {
  if (isNullish(value)) return null
  const bytes = Buffer.from(strictText(name, value))
  const from = start === undefined ? 0 : countOf(name, start)
  const to = end === undefined ? bytes.length : countOf(name, end)
  if (from > bytes.length) return -1
  return bytes.subarray(0, to).indexOf(Buffer.from(strictText(name, wanted)), from)
}

function split([value, separator]: Args): Value {
  if (isNullish(value) || isNullish(separator)) return null
  if (typeof value !== 'string' || typeof separator !== 'string') {
    throw new StoreError(40085, '$split requires an expression that evaluates to a string as its arguments')
  }
  if (separator === '') throw new StoreError(40087, '$split requires a non-empty separator')
  return value.split(separator)
}

/** The named arguments of an operator that takes `{ input: … }`. */
function optionsOf(name: string, value: Value | undefined, known: readonly string[]): Doc {
  if (!isDoc(value)) throw new StoreError(50696, `${name} only supports an object as an argument`)
  const extra = Object.keys(value).find((key) => !known.includes(key))
  if (extra) throw new StoreError(50694, `${name} found an unknown argument: ${extra}`)
  return value
}

function trim(atStart: boolean, atEnd: boolean): EagerOperator {
  return {
    arity: [1, 1],
    apply: ([options], name) => {
      const { input, chars } = optionsOf(name, options, ['input', 'chars'])
      if (isNullish(input) || (chars !== undefined && isNullish(chars))) return null
      const points = Array.from(strictText(name, input))
      const isTrimmed =
        chars === undefined ? isWhiteSpace : inSet(new Set(Array.from(strictText(name, chars))))
      let from = 0
      let to = points.length
      if (atStart) while (from < to && isTrimmed(points[from] ?? '')) from++
      if (atEnd) while (to > from && isTrimmed(points[to - 1] ?? '')) to--
      return points.slice(from, to).join('')
    },
  }
}

function isWhiteSpace(point: string): boolean {
  return /^[\s\0]$/u.test(point)
}

function inSet(set: ReadonlySet<string>): (point: string) => boolean {
  return (point) => set.has(point)
}

function replace(all: boolean): EagerOperator {
  return {
    arity: [1, 1],
    apply: ([options], name) => {
      const { input, find, replacement } = optionsOf(name, options, ['input', 'find', 'replacement'])
      if (isNullish(input) || isNullish(find) || isNullish(replacement)) return null
      const text = strictText(name, input)
      const by = strictText(name, replacement)
      const sought = strictText(name, find)
      return all ? text.replaceAll(sought, () => by) : text.replace(sought, () => by)
    },
  }
}

function regexArguments(
  name: string,
  value: Value | undefined,
): { input: string; regex: RegExp } | undefined {
  const { input, regex, options } = optionsOf(name, value, ['input', 'regex', 'options'])
  if (isNullish(input) || isNullish(regex)) return undefined
  const flags = isNullish(options) ? '' : strictText(name, options)
  const compiled =
    regex instanceof Regex
      ? compileRegex(regex.pattern, flags || regex.options)
      : compileRegex(strictText(name, regex), flags)
  return { input: strictText(name, input), regex: compiled }
}

function found(match: RegExpExecArray, input: string): Doc {
  const doc = newDoc()
  doc['match'] = match[0]
  doc['idx'] = Array.from(input.slice(0, match.index)).length
  doc['captures'] = match.slice(1).map((capture: string | undefined) => capture ?? null)
  return doc
}

function regexFind([options]: Args, name: string): Value {
  const args = regexArguments(name, options)
  const match = args?.regex.exec(args.input)
  return args && match ? found(match, args.input) : null
}

function regexFindAll([options]: Args, name: string): Value {
  const args = regexArguments(name, options)
  if (!args) return []
  const everywhere = new RegExp(args.regex.source, `${args.regex.flags}g`)
  return Array.from(args.input.matchAll(everywhere), (match) => found(match, args.input))
}

function regexMatch([options]: Args, name: string): Value {
  const args = regexArguments(name, options)
  return args ? args.regex.test(args.input) : false
}

/** Text. */
export const stringOperators: Record<string, EagerOperator> = {
  $concat: { arity: [0, Infinity], apply: concat },
  $toLower: onText((text) => text.toLowerCase()),
  $toUpper: onText((text) => text.toUpperCase()),
  $strLenBytes: { arity: [1, 1], apply: ([value], name) => Buffer.byteLength(strictText(name, value)) },
  $strLenCP: { arity: [1, 1], apply: ([value], name) => Array.from(strictText(name, value)).length },
  $substr: { arity: [3, 3], apply: substringByBytes },
  $substrBytes: { arity: [3, 3], apply: substringByBytes },
  $substrCP: { arity: [3, 3], apply: substringByCodePoints },
  $indexOfCP: { arity: [2, 4], apply: indexOfCodePoints },
  $indexOfBytes: { arity: [2, 4], apply: indexOfBytes },
  $split: { arity: [2, 2], apply: split },
  $strcasecmp: {
    arity: [2, 2],
    apply: ([left, right], name) =>
      Math.sign(compareStrings(textOf(name, left).toUpperCase(), textOf(name, right).toUpperCase())),
  },
  $trim: trim(true, true),
  $ltrim: trim(true, false),
  $rtrim: trim(false, true),
  $replaceOne: replace(false),
  $replaceAll: replace(true),
  $regexMatch: { arity: [1, 1], apply: regexMatch },
  $regexFind: { arity: [1, 1], apply: regexFind },
  $regexFindAll: { arity: [1, 1], apply: regexFindAll },
}

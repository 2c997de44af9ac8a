import { StoreError } from './errors.ts'
import { fieldName, isDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { toDouble } from './arithmetic.ts'
import { compareNumbers, compareValues, isNumeric } from './compare-values.ts'
import type { Numeric } from './compare-values.ts'
import { groupKey } from './group-key.ts'
import { isTruthy } from './is-truthy.ts'
import { compileRegex } from './regex.ts'
import { showValue } from './show-value.ts'
import { typeNumber, typeNumbers } from './type-name.ts'

type Check = (value: Value) => boolean

/**
 * Compiles `$jsonSchema` (draft 4 with MongoDB's `bsonType`) to a test of documents. A keyword says nothing about
 * values of other types than its own.
 * @throws StoreError FailedToParse for keywords MongoDB does not know either.
 */
export function compileJsonSchema(schema: Value): (doc: Doc) => boolean {
  return compileSchema(schema)
}

function fail(problem: string): StoreError {
  return new StoreError('FailedToParse', `$jsonSchema: ${problem}`)
}

function compileSchema(schema: Value): Check {
  if (!isDoc(schema)) throw fail('a schema must be an object')
  const checks: Check[] = []
  for (const key in schema) {
    const operand = schema[key]
    if (operand === undefined) continue
    const build = keywords.get(key)
    if (!build) throw fail(`Unknown $jsonSchema keyword: ${fieldName(key)}`)
    const check = build(operand, schema)
    if (check) checks.push(check)
  }
  return (value) => checks.every((check) => check(value))
}

type Build = (operand: Value, schema: Doc) => Check | undefined

const keywords: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['title', () => undefined],
  ['description', () => undefined],
  ['bsonType', (operand) => typeCheck(operand, bsonTypeNumbers)],
  ['type', (operand) => typeCheck(operand, jsonTypeNumbers)],
  ['enum', (operand) => enumCheck(operand)],
  ['required', (operand) => onDoc(requiredCheck(operand))],
  ['properties', (operand) => onDoc(propertiesCheck(operand))],
  ['patternProperties', (operand) => onDoc(patternCheck(operand))],
  ['additionalProperties', (operand, schema) => onDoc(additionalCheck(operand, schema))],
  ['dependencies', (operand) => onDoc(dependencyCheck(operand))],
  ['minProperties', (operand) => onDoc(atLeast(operand, (doc) => Object.keys(doc).length))],
  ['maxProperties', (operand) => onDoc(atMost(operand, (doc) => Object.keys(doc).length))],
  ['items', (operand, schema) => onArray(itemsCheck(operand, schema))],
  ['additionalItems', () => undefined],
  ['minItems', (operand) => onArray(atLeast(operand, (items) => items.length))],
  ['maxItems', (operand) => onArray(atMost(operand, (items) => items.length))],
  ['uniqueItems', (operand) => (isTruthy(operand) ? onArray(areDistinct) : undefined)],
  ['minLength', (operand) => onText(atLeast(operand, (text) => Array.from(text).length))],
  ['maxLength', (operand) => onText(atMost(operand, (text) => Array.from(text).length))],
  ['pattern', (operand) => onText(patternTest(operand))],
  ['minimum', (operand, schema) => boundCheck(operand, schema['exclusiveMinimum'], 1)],
  ['maximum', (operand, schema) => boundCheck(operand, schema['exclusiveMaximum'], -1)],
  ['exclusiveMinimum', (_operand, schema) => needs(schema, 'minimum', 'exclusiveMinimum')],
  ['exclusiveMaximum', (_operand, schema) => needs(schema, 'maximum', 'exclusiveMaximum')],
  ['multipleOf', (operand) => multipleCheck(operand)],
  ['allOf', (operand) => combined(operand, (checks, value) => checks.every((check) => check(value)))],
  ['anyOf', (operand) => combined(operand, (checks, value) => checks.some((check) => check(value)))],
  [
    'oneOf',
    (operand) => combined(operand, (checks, value) => checks.filter((check) => check(value)).length === 1),
  ],
  ['not', (operand) => negated(operand)],
])

function onDoc(check: (doc: Doc) => boolean): Check {
  return (value) => !isDoc(value) || check(value)
}

function onArray(check: (items: readonly Value[]) => boolean): Check {
  return (value) => !Array.isArray(value) || check(value)
}

function onText(check: (text: string) => boolean): Check {
  return (value) => typeof value !== 'string' || check(value)
}

const numberTypes = [1, 16, 18, 19]
const jsonTypeNumbers: ReadonlyMap<string, readonly number[]> = new Map([
  ['object', [3]],
  ['array', [4]],
  ['number', numberTypes],
  ['boolean', [8]],
  ['string', [2]],
  ['null', [10]],
])
const bsonTypeNumbers: ReadonlyMap<string, readonly number[]> = new Map([
  ...Array.from(typeNumbers, ([name, number]): [string, number[]] => [name, [number]]),
  ['number', numberTypes],
])

function typeCheck(operand: Value, known: ReadonlyMap<string, readonly number[]>): Check {
  const wanted = new Set(
    (Array.isArray(operand) ? operand : [operand]).flatMap((name) => {
      const numbers = typeof name === 'string' ? known.get(name) : undefined
      if (!numbers) throw fail(`Unknown type name alias: ${showValue(name)}`)
      return numbers
    }),
  )
  return (value) => wanted.has(typeNumber(value))
}

function listOf(keyword: string, operand: Value): Value[] {
  if (Array.isArray(operand) && operand.length > 0) return operand
  throw fail(`keyword '${keyword}' must be an array with at least one element`)
}

function enumCheck(operand: Value): Check {
  const allowed = listOf('enum', operand)
  return (value) => allowed.some((item) => compareValues(item, value) === 0)
}

function requiredCheck(operand: Value): (doc: Doc) => boolean {
  const names = keysOf('required', operand)
  return (doc) => names.every((key) => doc[key] !== undefined)
}

function keysOf(keyword: string, operand: Value): string[] {
  return listOf(keyword, operand).map((name) => {
    if (typeof name !== 'string') throw fail(`keyword '${keyword}' must be an array of strings`)
    return name
  })
}

function schemasOf(keyword: string, operand: Value): { key: string; check: Check }[] {
  if (!isDoc(operand)) throw fail(`keyword '${keyword}' must be an object`)
  return Object.entries(operand).map(([key, schema]) => ({ key, check: compileSchema(schema) }))
}

function propertiesCheck(operand: Value): (doc: Doc) => boolean {
  const properties = schemasOf('properties', operand)
  return (doc) =>
    properties.every(({ key, check }) => {
      const value = doc[key]
      return value === undefined || check(value)
    })
}

function patternCheck(operand: Value): (doc: Doc) => boolean {
  const patterns = schemasOf('patternProperties', operand).map(({ key, check }) => ({
    regex: compileRegex(fieldName(key), ''),
    check,
  }))
  return (doc) =>
    Object.entries(doc).every(([key, value]) =>
      patterns.every(({ regex, check }) => !regex.test(fieldName(key)) || check(value)),
    )
}

function additionalCheck(operand: Value, schema: Doc): (doc: Doc) => boolean {
  const properties = isDoc(schema['properties']) ? schema['properties'] : {}
  const patterns = isDoc(schema['patternProperties']) ? Object.keys(schema['patternProperties']) : []
  const regexes = patterns.map((key) => compileRegex(fieldName(key), ''))
  const names = new Set(Object.keys(properties))
  const check: Check = typeof operand === 'boolean' ? () => operand : compileSchema(operand)
  return (doc) =>
    Object.entries(doc).every(
      ([key, value]) => names.has(key) || regexes.some((regex) => regex.test(fieldName(key))) || check(value),
    )
}

function dependencyCheck(operand: Value): (doc: Doc) => boolean {
  if (!isDoc(operand)) throw fail("keyword 'dependencies' must be an object")
  const dependencies = Object.entries(operand).map(([key, needed]) => ({
    key,
    check: Array.isArray(needed) ? requiredCheck(needed) : compileSchema(needed),
  }))
  return (doc) => dependencies.every(({ key, check }) => doc[key] === undefined || check(doc))
}

function itemsCheck(operand: Value, schema: Doc): (items: readonly Value[]) => boolean {
  if (!Array.isArray(operand)) {
    const check = compileSchema(operand)
    return (items) => items.every((item) => check(item))
  }
  const checks = operand.map(compileSchema)
  const rest = schema['additionalItems']
  const beyond: Check =
    rest === undefined ? () => true : typeof rest === 'boolean' ? () => rest : compileSchema(rest)
  return (items) => items.every((item, index) => (checks[index] ?? beyond)(item))
}

function areDistinct(items: readonly Value[]): boolean {
  return new Set(items.map(groupKey)).size === items.length
}

function countOf(operand: Value): number {
  const count = isNumeric(operand) ? toDouble(operand) : NaN
  if (Number.isInteger(count) && count >= 0) return count
  throw fail('a length or number of items must be a whole number from 0')
}

function atLeast<Item>(operand: Value, measure: (item: Item) => number): (item: Item) => boolean {
  const least = countOf(operand)
  return (item) => measure(item) >= least
}

function atMost<Item>(operand: Value, measure: (item: Item) => number): (item: Item) => boolean {
  const most = countOf(operand)
  return (item) => measure(item) <= most
}

function patternTest(operand: Value): (text: string) => boolean {
  if (typeof operand !== 'string') throw fail("keyword 'pattern' must be a string")
  const regex = compileRegex(operand, '')
  return (text) => regex.test(text)
}

function numberOf(keyword: string, operand: Value): Numeric {
  if (isNumeric(operand)) return operand
  throw fail(`keyword '${keyword}' must be a number`)
}

function boundCheck(operand: Value, exclusive: Value | undefined, sign: 1 | -1): Check {
  const bound = numberOf(sign === 1 ? 'minimum' : 'maximum', operand)
  const least = isTruthy(exclusive) ? 1 : 0
  return (value) => !isNumeric(value) || Math.sign(compareNumbers(value, bound)) * sign >= least
}

function needs(schema: Doc, wanted: string, keyword: string): undefined {
  if (schema[wanted] === undefined) throw fail(`keyword '${keyword}' needs '${wanted}' beside it`)
}

function multipleCheck(operand: Value): Check {
  const divisor = toDouble(numberOf('multipleOf', operand))
  if (!(divisor > 0)) throw fail("keyword 'multipleOf' must be greater than 0")
  return (value) => !isNumeric(value) || Number.isInteger(toDouble(value) / divisor)
}

function combined(operand: Value, decide: (checks: readonly Check[], value: Value) => boolean): Check {
  const checks = listOf('allOf, anyOf or oneOf', operand).map(compileSchema)
  return (value) => decide(checks, value)
}

function negated(operand: Value): Check {
  const check = compileSchema(operand)
  return (value) => !check(value)
}

import { StoreError } from './errors.ts'
import { fieldKey, fieldName, isDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { isNullish, isNumeric } from './compare-values.ts'
import { toDouble } from './arithmetic.ts'
import { checkVariableName } from './expression-scope.ts'
import type { Expression, Names, Scope } from './expression-scope.ts'
import { isTruthy } from './is-truthy.ts'
import { compileElementOrder } from './sort.ts'
import { typeName } from './type-name.ts'

type Compile = (value: Value, names: Names) => Expression
type Build = (operand: Value, names: Names, compile: Compile) => Expression

/** Operators that do not simply evaluate all their arguments: conditions, loops, variables, literals. */
export const lazyOperators: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['$literal', (operand) => () => operand],
  ['$and', (operand, names, compile) => logical(listOf(operand), names, compile, false)],
  ['$or', (operand, names, compile) => logical(listOf(operand), names, compile, true)],
  ['$cond', cond],
  ['$ifNull', ifNull],
  ['$switch', switchCase],
  ['$let', letIn],
  ['$map', map],
  ['$filter', filter],
  ['$reduce', reduce],
  ['$sortArray', sortArray],
  ['$getField', getField],
])

function listOf(operand: Value): readonly Value[] {
  return Array.isArray(operand) ? operand : [operand]
}

function logical(items: readonly Value[], names: Names, compile: Compile, stopsAt: boolean): Expression {
  const parts = items.map((item) => compile(item, names))
  return (scope) => {
    for (const part of parts) if (isTruthy(part(scope)) === stopsAt) return stopsAt
    return !stopsAt
  }
}

/** Reads `{ a: …, b: … }` arguments, refusing unknown and missing names. */
function named(
  operator: string,
  operand: Value,
  required: readonly string[],
  optional: readonly string[],
): Doc {
  if (!isDoc(operand)) {
    throw new StoreError('FailedToParse', `${operator} only supports an object as its argument`)
  }
  for (const key in operand) {
    if (!required.includes(key) && !optional.includes(key)) {
      throw new StoreError('FailedToParse', `Unrecognized parameter to ${operator}: ${fieldName(key)}`)
    }
  }
  for (const key of required) {
    if (operand[key] === undefined)
      throw new StoreError('FailedToParse', `Missing '${key}' parameter to ${operator}`)
  }
  return operand
}

function cond(operand: Value, names: Names, compile: Compile): Expression {
  if (Array.isArray(operand) && operand.length !== 3) {
    throw new StoreError(
      16020,
      `Expression $cond takes exactly 3 arguments. ${operand.length} were passed in.`,
    )
  }
  const args = Array.isArray(operand) ? undefined : named('$cond', operand, ['if', 'then', 'else'], [])
  const [condition, yes, no] = Array.isArray(operand)
    ? operand
    : [args?.['if'], args?.['then'], args?.['else']]
  const test = compile(condition ?? null, names)
  const then = compile(yes ?? null, names)
  const otherwise = compile(no ?? null, names)
  return (scope) => (isTruthy(test(scope)) ? then(scope) : otherwise(scope))
}

function ifNull(operand: Value, names: Names, compile: Compile): Expression {
  const parts = listOf(operand).map((item) => compile(item, names))
  if (parts.length < 2) {
    throw new StoreError(1257300, `$ifNull needs at least two arguments, had: ${parts.length}`)
  }
  return (scope) => {
    let value: Value | undefined
    for (const part of parts) {
      value = part(scope)
      if (!isNullish(value)) return value
    }
    return value
  }
}

function switchCase(operand: Value, names: Names, compile: Compile): Expression {
  const args = named('$switch', operand, ['branches'], ['default'])
  const branches = listOf(args['branches'] ?? []).map((branch) => {
    const parts = named('$switch', branch, ['case', 'then'], [])
    return { test: compile(parts['case'] ?? null, names), result: compile(parts['then'] ?? null, names) }
  })
  if (branches.length === 0) throw new StoreError(40068, '$switch requires at least one branch.')
  const fallback = args['default'] === undefined ? undefined : compile(args['default'], names)
  return (scope) => {
    for (const { test, result } of branches) if (isTruthy(test(scope))) return result(scope)
    if (!fallback) {
      throw new StoreError(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      )
    }
    return fallback(scope)
  }
}

function withNames(names: Names, added: readonly string[]): Names {
  added.forEach(checkVariableName)
  return { declared: new Set([...names.declared, ...added]) }
}

function letIn(operand: Value, names: Names, compile: Compile): Expression {
  const args = named('$let', operand, ['vars', 'in'], [])
  const vars = isDoc(args['vars']) ? args['vars'] : {}
  const bound = Object.entries(vars).map(([key, value]) => ({
    name: fieldName(key),
    compute: compile(value, names),
  }))
  const body = compile(
    args['in'] ?? null,
    withNames(
      names,
      bound.map(({ name }) => name),
    ),
  )
  return (scope) => {
    let inner = scope
    for (const { name, compute } of bound) inner = { name, value: compute(scope), outer: inner }
    return body(inner)
  }
}

function textOf(value: Value | undefined, fallback: string): string {
  return typeof value === 'string' ? value : fallback
}

function inputArray(operator: string, value: Value | undefined): Value[] | undefined {
  if (isNullish(value)) return undefined
  if (!Array.isArray(value)) {
    throw new StoreError(16883, `input to ${operator} must be an array not ${typeName(value)}`)
  }
  return value
}

function map(operand: Value, names: Names, compile: Compile): Expression {
  const args = named('$map', operand, ['input', 'in'], ['as'])
  const name = textOf(args['as'], 'this')
  const input = compile(args['input'] ?? null, names)
  const body = compile(args['in'] ?? null, withNames(names, [name]))
  return (scope) => {
    const items = inputArray('$map', input(scope))
    return items ? items.map((value) => body({ name, value, outer: scope }) ?? null) : null
  }
}

function filter(operand: Value, names: Names, compile: Compile): Expression {
  const args = named('$filter', operand, ['input', 'cond'], ['as', 'limit'])
  const name = textOf(args['as'], 'this')
  const input = compile(args['input'] ?? null, names)
  const test = compile(args['cond'] ?? null, withNames(names, [name]))
  const limit = args['limit'] === undefined ? undefined : compile(args['limit'], names)
  return (scope) => {
    const items = inputArray('$filter', input(scope))
    if (!items) return null
    const most = limit?.(scope)
    const count = isNumeric(most) ? toDouble(most) : Infinity
    const kept: Value[] = []
    for (const value of items) {
      if (kept.length >= count) break
      if (isTruthy(test({ name, value, outer: scope }))) kept.push(value)
    }
    return kept
  }
}

function reduce(operand: Value, names: Names, compile: Compile): Expression {
  const args = named('$reduce', operand, ['input', 'initialValue', 'in'], [])
  const input = compile(args['input'] ?? null, names)
  const initial = compile(args['initialValue'] ?? null, names)
  const body = compile(args['in'] ?? null, withNames(names, ['this', 'value']))
  return (scope) => {
    const items = inputArray('$reduce', input(scope))
    if (!items) return null
    let value = initial(scope)
    for (const item of items) {
      const withValue: Scope = { name: 'value', value, outer: scope }
      value = body({ name: 'this', value: item, outer: withValue })
    }
    return value
  }
}

function sortArray(operand: Value, names: Names, compile: Compile): Expression {
  const args = named('$sortArray', operand, ['input', 'sortBy'], [])
  const input = compile(args['input'] ?? null, names)
  const order = compileElementOrder(args['sortBy'] ?? null)
  return (scope) => {
    const items = inputArray('$sortArray', input(scope))
    return items ? items.toSorted(order) : null
  }
}

/** The only way to a field whose name holds a dot or begins with a dollar. */
function getField(operand: Value, names: Names, compile: Compile): Expression {
  const isNamed = isDoc(operand) && operand['field'] !== undefined
  const args = isNamed ? named('$getField', operand, ['field'], ['input']) : undefined
  const nameOf = fieldExpression(args?.['field'] ?? operand, names, compile)
  const input = compile(args?.['input'] ?? '$$CURRENT', names)
  return (scope) => {
    const from = input(scope)
    const name = nameOf(scope)
    if (typeof name !== 'string') {
      throw new StoreError(
        3041704,
        `$getField requires 'field' to evaluate to type String, but got ${typeName(name)}`,
      )
    }
    if (isDoc(from)) return from[fieldKey(name)]
    return from === null ? null : undefined
  }
}

function fieldExpression(field: Value, names: Names, compile: Compile): Expression {
  if (typeof field === 'string' && field.startsWith('$')) {
    throw new StoreError(
      5654600,
      `A field path reference is not allowed in this context. Did you mean {$literal: '${field}'}?`,
    )
  }
  return compile(field, names)
}

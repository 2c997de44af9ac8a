import { StoreError } from './errors.ts'
import { fieldKey, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { eagerOperators } from './expression-operators.ts'
import { lazyOperators } from './expression-lazy-operators.ts'
import { checkVariableName, namesIn, scopeOf } from './expression-scope.ts'
import type { Expression, ExpressionContext, Names, Scope } from './expression-scope.ts'

/**
 * Compiles an aggregation expression to a function of a document.
 * @throws StoreError for unknown operators and undefined variables, before any document is looked at.
 */
export function compileExpression(
  value: Value,
  context: ExpressionContext = {},
): (doc: Doc) => Value | undefined {
  const base = baseScope(context)
  const expression = compile(value, { declared: namesIn(base) })
  return (doc) => expression(scopeOf(doc, base))
}

/** The variables of a command: its `let`, evaluated once and in order, and the clock. */
export function baseScope(context: ExpressionContext): Scope | undefined {
  let scope: Scope | undefined = { name: 'NOW', value: context.now ?? new Date(), outer: undefined }
  for (const key in context.let) {
    const value = context.let[key]
    const name = fieldName(key)
    if (value === undefined) continue
    checkVariableName(name)
    scope = {
      name,
      value: compile(value, { declared: namesIn(scope) })(scopeOf(newDoc(), scope)),
      outer: scope,
    }
  }
  return scope
}

/** Compiles any expression: a path, a variable, a literal, an object or array of expressions, an operator. */
export function compile(value: Value, names: Names): Expression {
  if (typeof value === 'string' && value.startsWith('$')) {
    return value.startsWith('$$') ? variable(value.slice(2), names) : fieldPath(value.slice(1))
  }
  if (Array.isArray(value)) return arrayExpression(value, names)
  if (!isDoc(value)) return () => value
  const keys = Object.keys(value)
  const [first] = keys
  if (first?.startsWith('$')) {
    if (keys.length !== 1) {
      throw new StoreError(
        15983,
        `An object representing an expression must have exactly one field: ${keys.join(', ')}`,
      )
    }
    return operator(first, value[first] ?? null, names)
  }
  return objectExpression(value, names)
}

function operator(name: string, operand: Value, names: Names): Expression {
  if (name === '$function' || name === '$accumulator') {
    throw new StoreError(
      'CommandNotSupported',
      `${name} is not served by the embedded store: it would run JavaScript inside the store`,
    )
  }
  const lazy = lazyOperators.get(name)
  if (lazy) return lazy(operand, names, compile)
  const eager = eagerOperators.get(name)
  if (!eager) throw new StoreError(168, `Unrecognized expression '${name}'`)
  const items = Array.isArray(operand) ? operand : [operand]
  const [least, most] = eager.arity
  if (items.length < least || items.length > most) {
    const wanted = least === most ? `exactly ${least}` : `at least ${least} and at most ${most}`
    throw new StoreError(
      16020,
      `Expression ${name} takes ${wanted} arguments. ${items.length} were passed in.`,
    )
  }
  const args = items.map((item) => compile(item, names))
  const { apply } = eager
  const [a, b] = args
  if (args.length === 1 && a) return (scope) => apply([a(scope)], name)
  if (args.length === 2 && a && b) return (scope) => apply([a(scope), b(scope)], name)
  return (scope) =>
    apply(
      args.map((arg) => arg(scope)),
      name,
    )
}

function arrayExpression(items: readonly Value[], names: Names): Expression {
  const parts = items.map((item) => compile(item, names))
  return (scope) => parts.map((part) => part(scope) ?? null)
}

function objectExpression(value: Doc, names: Names): Expression {
  const parts = Object.keys(value).map((key) => {
    if (key.startsWith('$')) {
      throw new StoreError(16420, `The field name '${key}' cannot be an operator name here`)
    }
    if (key.includes('.')) {
      throw new StoreError(
        16412,
        `FieldPath field names may not contain '.'. Consider using $getField: ${key}`,
      )
    }
    const part = value[key]
    return { key, compute: compile(part ?? null, names) }
  })
  return (scope) => {
    const doc = newDoc()
    for (const { key, compute } of parts) {
      const computed = compute(scope)
      if (computed !== undefined) doc[key] = computed
    }
    return doc
  }
}

function variable(text: string, names: Names): Expression {
  const dot = text.indexOf('.')
  const name = dot < 0 ? text : text.slice(0, dot)
  if (!names.declared.has(name)) throw new StoreError(17276, `Use of undefined variable: ${name}`)
  const find = finder(name)
  if (dot < 0) return find
  const keys = pathKeys(text.slice(dot + 1))
  return (scope) => descend(find(scope), keys, 0)
}

function finder(name: string): Expression {
  if (name === 'REMOVE') return () => undefined
  if (name === 'DESCEND' || name === 'PRUNE' || name === 'KEEP') return () => `$$${name}`
  return (scope) => {
    for (let at: Scope | undefined = scope; at; at = at.outer) if (at.name === name) return at.value
    return undefined
  }
}

function fieldPath(text: string): Expression {
  const keys = pathKeys(text)
  const find = finder('CURRENT')
  const [key] = keys
  if (keys.length === 1 && key !== undefined) {
    return (scope) => {
      const current = scope.name === 'CURRENT' ? scope.value : find(scope)
      return isDoc(current) ? current[key] : descend(current, keys, 0)
    }
  }
  return (scope) => descend(find(scope), keys, 0)
}

function pathKeys(text: string): string[] {
  const names = text.split('.')
  if (text === '') throw new StoreError(16872, "'$' by itself is not a valid FieldPath")
  for (const name of names) {
    if (name === '') throw new StoreError(15998, 'FieldPath field names may not be empty strings.')
    if (name.startsWith('$')) {
      throw new StoreError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField: ${name}`,
      )
    }
  }
  return names.map(fieldKey)
}

/** A path in an expression goes through arrays element by element and gathers what it finds. */
function descend(value: Value | undefined, keys: readonly string[], depth: number): Value | undefined {
  if (depth === keys.length) return value
  if (Array.isArray(value)) {
    const found: Value[] = []
    for (const item of value) {
      const inner = isDoc(item) || Array.isArray(item) ? descend(item, keys, depth) : undefined
      if (inner !== undefined) found.push(inner)
    }
    return found
  }
  return isDoc(value) ? descend(value[keys[depth] ?? ''], keys, depth + 1) : undefined
}

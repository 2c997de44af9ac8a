import { StoreError } from './errors.ts'
import { isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { toDouble, wholeNumber } from './arithmetic.ts'
import { isNumeric } from './compare-values.ts'
import { baseScope, compile } from './expression.ts'
import { namesIn, scopeOf } from './expression-scope.ts'
import type { ExpressionContext, Scope } from './expression-scope.ts'
import { isTruthy } from './is-truthy.ts'
import { compileElementTest, compileFilter } from './match.ts'
import { addAction, excludeFields, includeFields, joinedPath, newProjectionTree } from './projection-tree.ts'
import type { Action, ProjectionTree } from './projection-tree.ts'

/** A compiled projection. */
export interface Projection {
  (doc: Doc): Doc
  /** The top-level fields it needs of a document; undefined for all. */
  readonly fields: ReadonlySet<string> | undefined
}

/**
 * Compiles the projection of `find` and `findAndModify`: inclusion or exclusion, computed fields, `$slice`,
 * `$elemMatch`, and the positional `$`, for which the command's filter is needed.
 */
export function compileProjection(spec: Doc, filter: Doc, context: ExpressionContext = {}): Projection {
  if (Object.keys(spec).length === 0) return Object.assign((doc: Doc) => doc, { fields: undefined })
  return new ProjectionCompiler(baseScope(context), { filter, context }).compile(spec)
}

/** Compiles the stage `$project`, which knows none of `find`'s own operators. */
export function compileProjectStage(spec: Doc, base: Scope | undefined): Projection {
  if (Object.keys(spec).length === 0) {
    throw new StoreError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    )
  }
  return new ProjectionCompiler(base, undefined).compile(spec)
}

interface FindOptions {
  readonly filter: Doc
  readonly context: ExpressionContext
}

class ProjectionCompiler {
  readonly base: Scope | undefined
  readonly find: FindOptions | undefined
  readonly tree: ProjectionTree = newProjectionTree()
  /** The first field that was included and the first that was excluded, `_id` aside. */
  included: string | undefined
  excluded: string | undefined
  id: 'include' | 'exclude' | 'other' | undefined
  picksElements = false
  positional = false

  constructor(base: Scope | undefined, find: FindOptions | undefined) {
    this.base = base
    this.find = find
  }

  compile(spec: Doc): Projection {
    this.fields(spec, '')
    const { tree, base } = this
    if (!this.isInclusion()) {
      return Object.assign((doc: Doc) => excludeFields(tree, doc, doc), { fields: undefined })
    }
    if (!tree.children.has('_id')) addAction(tree, '_id', { kind: 'include' })
    const apply = (doc: Doc): Doc => idFirst(includeFields(tree, doc, scopeOf(doc, base), doc))
    const needsAll = tree.computes || this.positional
    return Object.assign(apply, { fields: needsAll ? undefined : new Set(tree.children.keys()) })
  }

  private isInclusion(): boolean {
    if (this.included !== undefined) return true
    if (this.excluded !== undefined) return false
    if (this.id === 'include' || this.id === 'other') return true
    return this.id !== 'exclude' && this.picksElements
  }

  private fields(spec: Doc, parent: string): void {
    for (const key in spec) {
      const value = spec[key]
      if (value !== undefined) this.field(joinedPath(parent, key), value)
    }
  }

  private field(path: string, value: Value): void {
    if (path.endsWith('.$') || path.includes('.$.')) {
      this.positionalField(path, value)
      return
    }
    if (typeof value === 'boolean' || isNumeric(value)) {
      this.note(path, isTruthy(value))
      addAction(this.tree, path, { kind: isTruthy(value) ? 'include' : 'exclude' })
      return
    }
    if (isDoc(value)) {
      const [operator] = Object.keys(value)
      if (operator === undefined) {
        throw new StoreError(
          51270,
          `An empty sub-projection is not a valid value. Found empty object at path ${path}`,
        )
      }
      if (!operator.startsWith('$')) {
        this.fields(value, path)
        return
      }
      const action = this.findOperator(operator, value[operator] ?? null, path)
      if (action) {
        if (path === '_id') this.id = 'other'
        addAction(this.tree, path, action)
        return
      }
    }
    this.note(path, true)
    if (path === '_id') this.id = 'other'
    addAction(this.tree, path, {
      kind: 'compute',
      expression: compile(value, { declared: namesIn(this.base) }),
    })
  }

  /** Inclusion and exclusion do not mix, except for `_id`. */
  private note(path: string, isIncluded: boolean): void {
    if (path === '_id') {
      this.id = isIncluded ? 'include' : 'exclude'
      return
    }
    if (isIncluded) {
      if (this.excluded !== undefined) {
        throw new StoreError(31253, `Cannot do inclusion on field ${path} in exclusion projection`)
      }
      this.included ??= path
      return
    }
    if (this.included !== undefined) {
      throw new StoreError(31254, `Cannot do exclusion on field ${path} in inclusion projection`)
    }
    this.excluded ??= path
  }

  private findOperator(operator: string, operand: Value, path: string): Action | undefined {
    if (operator === '$meta') {
      throw new StoreError('CommandNotSupported', `$meta (at ${path}) is not served by the embedded store`)
    }
    if (!this.find) return undefined
    if (operator === '$elemMatch') {
      this.picksElements = true
      return elementAction(operand, path, this.find.context)
    }
    const isExpression = Array.isArray(operand) && !isNumeric(operand[0])
    return operator === '$slice' && !isExpression ? sliceAction(operand) : undefined
  }

  private positionalField(path: string, value: Value): void {
    const { find } = this
    if (!find || !path.endsWith('.$') || path.slice(0, -2).includes('.$')) {
      throw new StoreError(
        31394,
        `As of 4.4, it's illegal to specify positional operator in the middle of a path: ${path}`,
      )
    }
    if (!isTruthy(value) || isDoc(value)) {
      throw new StoreError(31395, 'positional projection cannot be used with exclusion or an expression')
    }
    if (this.positional) {
      throw new StoreError(31276, 'Cannot specify more than one positional projection per query.')
    }
    this.positional = true
    const target = path.slice(0, -2)
    this.note(target, true)
    const matches = compileFilter(find.filter, find.context)
    addAction(this.tree, target, {
      kind: 'transform',
      apply: (items, doc) => {
        if (!Array.isArray(items)) return items
        const trace = { position: -1 }
        matches(doc, trace)
        const item = items[trace.position]
        if (trace.position < 0 || item === undefined) {
          throw new StoreError(
            51246,
            "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching " +
              'element in the array',
          )
        }
        return [item]
      },
    })
  }
}

/** A computed `_id` would stand behind the others; MongoDB always puts it in front. */
function idFirst(doc: Doc): Doc {
  const id = doc['_id']
  if (id === undefined || Object.keys(doc)[0] === '_id') return doc
  const result = newDoc()
  result['_id'] = id
  for (const key in doc) if (key !== '_id') result[key] = doc[key] ?? null
  return result
}

function elementAction(condition: Value, path: string, context: ExpressionContext): Action {
  if (!isDoc(condition))
    throw new StoreError(31274, `elemMatch: Invalid argument, object required, but got ${path}`)
  if (path.includes('.')) {
    throw new StoreError(31275, 'Cannot use $elemMatch projection on a nested field.')
  }
  const matches = compileElementTest(condition, context)
  return {
    kind: 'transform',
    apply: (items) => {
      const found = Array.isArray(items) ? items.find((item) => matches(item)) : undefined
      return found === undefined ? undefined : [found]
    },
  }
}

/** `$slice: n` or `$slice: [skip, n]`; negative numbers count from the end. */
function sliceAction(operand: Value): Action {
  const [skip, limit] = sliceArguments(operand)
  return {
    kind: 'transform',
    apply: (items) => {
      if (!Array.isArray(items)) return items
      if (skip === undefined) return limit < 0 ? items.slice(limit) : items.slice(0, limit)
      const start = skip < 0 ? Math.max(items.length + skip, 0) : skip
      return items.slice(start, start + limit)
    },
  }
}

function sliceArguments(operand: Value): [number | undefined, number] {
  if (isNumeric(operand)) return [undefined, Math.trunc(toDouble(operand))]
  if (Array.isArray(operand) && operand.length === 2) {
    const [skip, limit] = operand.map((item) => (isNumeric(item) ? wholeNumber(item) : undefined))
    if (skip !== undefined && limit !== undefined) {
      if (limit <= 0n) {
        throw new StoreError(
          28724,
          `First argument to $slice must be an array, and its limit must be positive: ${limit}`,
        )
      }
      return [Number(skip), Number(limit)]
    }
  }
  throw new StoreError(28667, 'Invalid $slice syntax: it takes a number or [skip, limit]')
}

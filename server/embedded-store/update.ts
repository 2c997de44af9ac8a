import { StoreError } from './errors.ts'
import { ObjectId, bsonUndefined, fieldKey, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { identicalValues } from './compare-values.ts'
import { compileArrayFilters } from './array-filters.ts'
import { compileDocumentStages } from './document-stages.ts'
import type { ExpressionContext } from './expression-scope.ts'
import { getPath, parsePath } from './paths.ts'
import { showValue } from './show-value.ts'
import { typeName } from './type-name.ts'
import { updateOperators } from './update-operators.ts'
import { addLeaf, applyTree, newUpdateTree } from './update-tree.ts'
import type { UpdateRun, UpdateTree } from './update-tree.ts'
import { upsertSeed } from './upsert-seed.ts'

/** The options of an update command that bear on what it does to a document. */
export interface UpdateOptions extends ExpressionContext {
  readonly arrayFilters?: readonly Value[] | undefined
}

/** A compiled update. */
export interface Update {
  /**
   * The changed copy of a document, or the very same reference when the update changes nothing. Only `fields` of the
   * document need to be there.
   * @param position where the filter matched in an array (`Trace.position`), for the positional `$`.
   */
  (doc: Doc, position?: number): Doc
  readonly kind: 'operators' | 'replacement' | 'pipeline'
  /** The top-level fields it looks at or changes; undefined when it may be any. */
  readonly fields: ReadonlySet<string> | undefined
  /** Whether it uses the positional `$`, so that the filter must be run with a trace. */
  readonly usesPosition: boolean
  /** The document an upsert inserts when nothing matches `filter`; a missing `_id` is generated. */
  readonly insert: (filter: Doc) => Doc
}

/**
 * Compiles the update argument of `update` and `findAndModify`: operators, a whole replacement, or a pipeline.
 * @throws StoreError for anything MongoDB would refuse without looking at a document.
 */
export function compileUpdate(update: Value, options: UpdateOptions = {}): Update {
  if (Array.isArray(update)) return compilePipelineUpdate(update, options)
  if (!isDoc(update)) {
    throw new StoreError('FailedToParse', 'Update argument must be either an object or an array')
  }
  const [first] = Object.keys(update)
  return first?.startsWith('$') ? compileOperators(update, options) : compileReplacement(update, options)
}

function refuseArrayFilters(options: UpdateOptions, style: string): void {
  if (options.arrayFilters && options.arrayFilters.length > 0) {
    throw new StoreError('FailedToParse', `arrayFilters may not be specified for ${style} updates`)
  }
}

/** Puts `_id` in front, making one where there is none. */
function withId(doc: Doc, now: Date): Doc {
  const id = doc['_id'] ?? ObjectId.generate(now.getTime())
  if (doc['_id'] !== undefined && Object.keys(doc)[0] === '_id') return doc
  const result = newDoc()
  result['_id'] = id
  for (const key in doc) if (key !== '_id') result[key] = doc[key] ?? null
  return result
}

/** The id of a document as it may be stored. @throws StoreError InvalidIdField or DollarPrefixedFieldName. */
export function checkId(id: Value): void {
  if (Array.isArray(id) || id === bsonUndefined || typeName(id) === 'regex') {
    throw new StoreError('InvalidIdField', `The '_id' value cannot be of type ${typeName(id)}`)
  }
  if (!isDoc(id)) return
  for (const key in id) {
    if (key.startsWith('$') && key !== '$ref' && key !== '$id' && key !== '$db') {
      throw new StoreError(
        'DollarPrefixedFieldName',
        `_id fields may not contain '$'-prefixed fields: ${key} is not valid for storage.`,
      )
    }
  }
}

function compileReplacement(replacement: Doc, options: UpdateOptions): Update {
  refuseArrayFilters(options, 'replacement-style')
  const wrong = Object.keys(replacement).find((key) => key.startsWith('$'))
  if (wrong) {
    throw new StoreError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${wrong}' in '${wrong}' is not allowed in the context of an update's ` +
        'replacement document. Consider using an aggregation pipeline with $replaceWith.',
    )
  }
  const now = options.now ?? new Date()
  const replace = (doc: Doc): Doc => {
    const result = newDoc()
    if (doc['_id'] !== undefined) result['_id'] = doc['_id']
    for (const key in replacement) {
      const value = replacement[key]
      if (value !== undefined) result[key] = value
    }
    return keepingId(doc, result)
  }
  return Object.assign(replace, {
    kind: 'replacement' as const,
    fields: undefined,
    usesPosition: false,
    insert: (filter: Doc): Doc => {
      const doc = withId(replace(upsertSeed(filter, true)), now)
      checkId(doc['_id'] ?? null)
      return doc
    },
  })
}

/** The result of a whole replacement: the old reference when nothing changed, never with another id. */
function keepingId(doc: Doc, result: Doc): Doc {
  const id = doc['_id']
  if (id !== undefined && !identicalValues(result['_id'], id)) {
    throw new StoreError(
      'ImmutableField',
      "After applying the update, the (immutable) field '_id' was found to have been altered to _id: " +
        showValue(result['_id'] ?? null),
    )
  }
  return identicalValues(doc, result) ? doc : result
}

function compilePipelineUpdate(stages: readonly Value[], options: UpdateOptions): Update {
  refuseArrayFilters(options, 'pipeline-style')
  const now = options.now ?? new Date()
  const transform = compileDocumentStages(stages, { ...options, now })
  const apply = (doc: Doc): Doc => {
    const result = transform(doc)
    const id = doc['_id']
    if (id === undefined || result['_id'] !== undefined) return keepingId(doc, withoutMove(doc, result))
    const kept = newDoc()
    kept['_id'] = id
    for (const key in result) kept[key] = result[key] ?? null
    return keepingId(doc, kept)
  }
  return Object.assign(apply, {
    kind: 'pipeline' as const,
    fields: undefined,
    usesPosition: false,
    insert: (filter: Doc): Doc => {
      const doc = withId(apply(upsertSeed(filter, false)), now)
      checkId(doc['_id'] ?? null)
      return doc
    },
  })
}

function withoutMove(doc: Doc, result: Doc): Doc {
  return doc['_id'] === undefined || Object.keys(result)[0] === '_id' ? result : withId(result, new Date())
}

function compileOperators(update: Doc, options: UpdateOptions): Update {
  const now = options.now ?? new Date()
  const { tests, checkUse } = compileArrayFilters(options.arrayFilters ?? [], options)
  const tree = newUpdateTree(tests)
  const paths: string[] = []
  for (const operator in update) {
    const operand = update[operator]
    if (operator === '$rename') addRenames(tree, operandFields(operator, operand), paths)
    else addOperator(tree, operator, operandFields(operator, operand), paths, options)
  }
  for (const path of paths) if (path.includes('$[')) checkUse.path(path)
  checkUse.all(update)
  // MongoDB lets an upsert insert such a field, but no update add it to a stored document.
  const dollarPath = paths.find((path) => path.startsWith('$'))
  const touchesId = paths.some((path) => path === '_id' || path.startsWith('_id.'))
  const run = (doc: Doc, position: number, inserting: boolean): UpdateRun => ({
    doc,
    position,
    inserting,
    now,
  })
  const apply = (doc: Doc, position = -1): Doc => {
    const result = applyTree(tree, run(doc, position, false))
    if (dollarPath !== undefined && result !== doc) throw notForStorage(dollarPath)
    if (touchesId && !identicalValues(result['_id'], doc['_id'])) {
      throw new StoreError(
        'ImmutableField',
        "Performing an update on the path '_id' would modify the immutable field '_id'",
      )
    }
    return result
  }
  return Object.assign(apply, {
    kind: 'operators' as const,
    // Errors name the document by its `_id`.
    fields: new Set(['_id', ...paths.map((path) => fieldKey(firstName(path)))]),
    usesPosition: paths.some((path) => path.includes('$') && path.split('.').includes('$')),
    insert: (filter: Doc): Doc => {
      const seed = upsertSeed(filter, false)
      const doc = withId(applyTree(tree, run(seed, -1, true)), now)
      if (seed['_id'] !== undefined && !identicalValues(seed['_id'], doc['_id'])) {
        throw new StoreError(
          'ImmutableField',
          "Performing an update on the path '_id' would modify the immutable field '_id'",
        )
      }
      checkId(doc['_id'] ?? null)
      return doc
    },
  })
}

function firstName(path: string): string {
  const dot = path.indexOf('.')
  return dot < 0 ? path : path.slice(0, dot)
}

function notForStorage(path: string): StoreError {
  return new StoreError(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${firstName(path)}' in '${path}' is not valid for storage.`,
  )
}

function operandFields(operator: string, operand: Value | undefined): Doc {
  if (!updateOperators.has(operator) && operator !== '$rename') {
    throw new StoreError(
      'FailedToParse',
      `Unknown modifier: ${fieldName(operator)}. Expected a valid update modifier or pipeline-style update ` +
        'specified as an array',
    )
  }
  if (isDoc(operand)) return operand
  throw new StoreError(
    'FailedToParse',
    `Modifiers operate on fields but we found type ${typeName(operand)} instead. For example: ` +
      `{$mod: {<field>: ...}} not {${operator}: ${showValue(operand ?? null)}}`,
  )
}

function addOperator(
  tree: UpdateTree,
  operator: string,
  fields: Doc,
  paths: string[],
  options: UpdateOptions,
): void {
  const build = updateOperators.get(operator)
  for (const key in fields) {
    const path = fieldName(key)
    const operand = fields[key]
    if (operand === undefined || !build) continue
    checkPath(path)
    addLeaf(tree, path, build(operand, path, options))
    paths.push(path)
  }
}

/** Most paths are one name with nothing special in it. */
const plainName = /^[^.$]+$/

function checkPath(path: string): void {
  if (plainName.test(path)) return
  const names = path.split('.')
  if (path === '') throw new StoreError('EmptyFieldName', 'An empty update path is not valid.')
  if (names.includes('')) {
    throw new StoreError(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    )
  }
  const [first] = names
  if (first === '$' || first?.startsWith('$[')) {
    throw new StoreError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    )
  }
  if (names.filter((name) => name === '$').length > 1) {
    throw new StoreError('BadValue', `Too many positional (i.e. '$') elements found in path '${path}'`)
  }
}

/** `$rename` removes at one path what it sets at another. */
function addRenames(tree: UpdateTree, fields: Doc, paths: string[]): void {
  for (const key in fields) {
    const from = fieldName(key)
    const to = fields[key]
    checkPath(from)
    if (typeof to !== 'string') {
      throw new StoreError(
        'BadValue',
        `The 'to' field for $rename must be a string: ${from}: ${showValue(to ?? null)}`,
      )
    }
    checkPath(to)
    checkRename(from, to)
    const source = parsePath(from)
    const isActive = (run: UpdateRun): boolean => {
      if (getPath(run.doc, source) === undefined) return false
      refuseArrayOnPath(run, from, 'source')
      refuseArrayOnPath(run, to, 'destination')
      return true
    }
    addLeaf(tree, from, { kind: 'leaf', creates: false, isActive, apply: () => undefined })
    addLeaf(tree, to, {
      kind: 'leaf',
      creates: true,
      isActive,
      apply: (_existing, run) => getPath(run.doc, source),
    })
    paths.push(from, to)
  }
}

function checkRename(from: string, to: string): void {
  if (from === to) {
    throw new StoreError('BadValue', `The source and target field for $rename must differ: ${from}: "${to}"`)
  }
  if (from.startsWith(`${to}.`) || to.startsWith(`${from}.`)) {
    throw new StoreError(
      'BadValue',
      `The source and target field for $rename must not be on the same path: ${from}: "${to}"`,
    )
  }
  for (const [role, path] of [
    ['source', from],
    ['destination', to],
  ]) {
    if (
      path
        ?.split('.')
        .some((name) => name.startsWith('$') && name !== '$id' && name !== '$ref' && name !== '$db')
    ) {
      throw new StoreError('BadValue', `The ${role} field for $rename may not be dynamic: ${path}`)
    }
  }
}

function refuseArrayOnPath(run: UpdateRun, path: string, role: 'source' | 'destination'): void {
  const names = path.split('.')
  for (let length = 1; length < names.length; length++) {
    const prefix = names.slice(0, length).join('.')
    if (Array.isArray(getPath(run.doc, parsePath(prefix)))) {
      throw new StoreError(
        'BadValue',
        `The ${role} field cannot be an array element, '${path}' in doc with _id: ` +
          `${showValue(run.doc['_id'] ?? null)} has an array field called '${prefix}'`,
      )
    }
  }
}

import { StoreError } from './errors.ts'
import { fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { compileDocumentStages } from './document-stages.ts'
import { compileExpression } from './expression.ts'
import type { ExpressionContext } from './expression-scope.ts'
import { getPath, parsePath } from './paths.ts'
import { showValue } from './show-value.ts'
import { typeName } from './type-name.ts'

/** `$out`: the results become the whole content of a collection. */
export interface OutStage {
  readonly kind: 'out'
  /** Undefined for the database of the command. */
  readonly db: string | undefined
  readonly collection: string
}

/** `$merge`: the results go into a collection, one by one. */
export interface MergeStage {
  readonly kind: 'merge'
  readonly db: string | undefined
  readonly collection: string
  /** The fields that identify a document there; they must carry a unique index. */
  readonly on: readonly string[]
  readonly whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | 'pipeline'
  readonly whenNotMatched: 'insert' | 'discard' | 'fail'
  /** The filter that finds the document there. @throws StoreError when an `on` field is missing, null or an array. */
  readonly filterFor: (incoming: Doc) => Doc
  /** What becomes of a document there; the same reference for no change. Not called for `fail`. */
  readonly combine: (existing: Doc, incoming: Doc) => Doc
}

export type OutputStage = OutStage | MergeStage

/** Reads the target of `$out` or `$merge`: a name, or `{ db, coll }`. */
function targetOf(stage: string, value: Value | undefined): { db: string | undefined; collection: string } {
  if (typeof value === 'string' && value !== '') return { db: undefined, collection: value }
  if (isDoc(value) && typeof value['coll'] === 'string' && value['coll'] !== '') {
    const { db, coll } = value
    return { db: typeof db === 'string' ? db : undefined, collection: coll }
  }
  throw new StoreError(
    16990,
    `${stage} only supports a string or object argument, but found ${typeName(value)}`,
  )
}

/** Compiles the last stage of a pipeline when it writes; undefined for every other stage. */
export function compileOutputStage(
  name: string,
  operand: Value,
  context: ExpressionContext,
): OutputStage | undefined {
  if (name === '$out') return { kind: 'out', ...targetOf('$out', operand) }
  return name === '$merge' ? compileMerge(operand, context) : undefined
}

const mergeFields = ['into', 'on', 'let', 'whenMatched', 'whenNotMatched']

function compileMerge(operand: Value, context: ExpressionContext): MergeStage {
  const spec: Doc = isDoc(operand) ? operand : Object.assign(newDoc(), { into: operand })
  const extra = Object.keys(spec).find((key) => !mergeFields.includes(key))
  if (extra) throw new StoreError(40415, `BSON field '$merge.${fieldName(extra)}' is an unknown field.`)
  const on = spec['on'] === undefined ? ['_id'] : onFields(spec['on'])
  const paths = on.map(parsePath)
  const whenMatched = whenMatchedOf(spec['whenMatched'])
  return {
    kind: 'merge',
    ...targetOf('$merge', spec['into']),
    on,
    whenMatched,
    whenNotMatched: whenNotMatchedOf(spec['whenNotMatched']),
    filterFor: (incoming) => {
      const filter = newDoc()
      for (const path of paths) {
        const value = getPath(incoming, path)
        if (value === undefined || value === null || Array.isArray(value)) {
          throw new StoreError(
            51132,
            `$merge write error: 'on' field '${path.text}' cannot be missing, null, undefined or an array`,
          )
        }
        const equality = newDoc()
        equality['$eq'] = value
        filter[path.text] = equality
      }
      return filter
    },
    combine: combination(whenMatched, spec, context),
  }
}

function onFields(value: Value): string[] {
  const fields = Array.isArray(value) ? value : [value]
  const names = fields.filter((field) => typeof field === 'string')
  if (names.length === 0 || names.length !== fields.length) {
    throw new StoreError(51186, "$merge 'on' field must be either a string or an array of strings")
  }
  return names
}

function whenMatchedOf(value: Value | undefined): MergeStage['whenMatched'] {
  if (value === undefined) return 'merge'
  if (Array.isArray(value)) return 'pipeline'
  if (value === 'replace' || value === 'keepExisting' || value === 'merge' || value === 'fail') return value
  throw new StoreError(
    'BadValue',
    `Enumeration value ${showValue(value)} for field 'whenMatched' is not a valid value.`,
  )
}

function whenNotMatchedOf(value: Value | undefined): MergeStage['whenNotMatched'] {
  if (value === undefined) return 'insert'
  if (value === 'insert' || value === 'discard' || value === 'fail') return value
  throw new StoreError(
    'BadValue',
    `Enumeration value ${showValue(value)} for field '$merge.whenNotMatched' is not a valid value.`,
  )
}

function combination(
  whenMatched: MergeStage['whenMatched'],
  spec: Doc,
  context: ExpressionContext,
): MergeStage['combine'] {
  switch (whenMatched) {
    case 'replace':
      return (existing, incoming) => {
        const result = newDoc()
        result['_id'] = existing['_id'] ?? null
        return Object.assign(result, incoming)
      }
    case 'merge':
      return (existing, incoming) => Object.assign(newDoc(), existing, incoming)
    case 'keepExisting':
    case 'fail':
      return (existing) => existing
    case 'pipeline':
      return pipelineCombination(spec, context)
  }
}

/** The pipeline sees the incoming document as `$$new`, and whatever its `let` computes from it. */
function pipelineCombination(spec: Doc, context: ExpressionContext): MergeStage['combine'] {
  const stages = Array.isArray(spec['whenMatched']) ? spec['whenMatched'] : []
  const own = isDoc(spec['let']) ? spec['let'] : newDoc()
  const variables = Object.entries(own).map(([key, value]) => ({
    key,
    compute: compileExpression(value, context),
  }))
  const combineWith = (incoming: Doc): ((existing: Doc) => Doc) => {
    const bound = Object.assign(newDoc(), context.let)
    bound['new'] = literal(incoming)
    for (const { key, compute } of variables) bound[key] = literal(compute(incoming) ?? null)
    return compileDocumentStages(stages, { ...context, let: bound })
  }
  combineWith(newDoc())
  return (existing, incoming) => combineWith(incoming)(existing)
}

/** A value as an expression that yields it, whatever it looks like. */
export function literal(value: Value): Doc {
  const doc = newDoc()
  doc['$literal'] = value
  return doc
}

import { StoreError } from './errors.ts'
import { Regex, fieldKey, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { drain, mapped } from './doc-source.ts'
import type { DocSource } from './doc-source.ts'
import { compileExpression } from './expression.ts'
import { groupKey } from './group-key.ts'
import { literal } from './output-stage.ts'
import { parsePath } from './paths.ts'
import type { Path } from './paths.ts'
import { setPath } from './set-path.ts'
import type { PipelineContext, RunPipeline } from './aggregate.ts'

const known = ['from', 'localField', 'foreignField', 'let', 'pipeline', 'as']

interface Join {
  readonly from: string
  readonly local: Path | undefined
  readonly foreign: string | undefined
  readonly variables: readonly { readonly key: string; readonly compute: (doc: Doc) => Value | undefined }[]
  readonly stages: readonly Value[]
  readonly as: readonly string[]
}

/**
 * `$lookup`, by equal fields or by a pipeline of its own, or both. Every document asks the other collection through
 * its planner; answers are remembered by what was asked.
 */
export function lookupStage(
  operand: Value,
  context: PipelineContext,
  runPipeline: RunPipeline,
): (source: DocSource) => DocSource {
  const join = joinOf(operand, context)
  // Compiled once without documents, so that mistakes in it show even where nothing is looked up.
  runPipeline(join.from, join.stages, withVariables(join, newDoc(), context), 'check')
  return (source) => {
    const remembered = new Map<string, Doc[]>()
    return mapped(source, (doc) => setPath(doc, join.as, joined(join, doc, context, runPipeline, remembered)))
  }
}

const rememberedMax = 1000

function joined(
  join: Join,
  doc: Doc,
  context: PipelineContext,
  runPipeline: RunPipeline,
  remembered: Map<string, Doc[]>,
): Doc[] {
  const bound = withVariables(join, doc, context)
  const wanted = join.local ? localValues(doc, join.local) : []
  const key = groupKey([wanted, ...join.variables.map((variable) => variable.compute(doc) ?? null)])
  const before = remembered.get(key)
  if (before) return before
  const stages = join.local
    ? [docOf('$match', equalsAny(join.foreign ?? '', wanted)), ...join.stages]
    : join.stages
  const found = drain(runPipeline(join.from, stages, bound, 'run'))
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(key, found)
  return found
}

function withVariables(join: Join, doc: Doc, context: PipelineContext): PipelineContext {
  if (join.variables.length === 0) return context
  const bound = Object.assign(newDoc(), context.let)
  for (const { key, compute } of join.variables) {
    const value = compute(doc)
    bound[key] = value === undefined ? '$$REMOVE' : literal(value)
  }
  return { ...context, let: bound }
}

/** The values of the local field: those of all elements where an array lies on the path, null where there is none. */
export function localValues(doc: Doc, path: Path): Value[] {
  const found: Value[] = []
  const walk = (value: Value | undefined, depth: number): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, depth)
    else if (depth === path.keys.length) found.push(value ?? null)
    else if (isDoc(value)) walk(value[path.keys[depth] ?? ''], depth + 1)
    else found.push(null)
  }
  walk(doc, 0)
  return found
}

/** A filter for documents whose field equals any of the values; `$in` would take regular expressions for patterns. */
export function equalsAny(path: string, wanted: readonly Value[]): Doc {
  const key = fieldKey(path)
  const isPlain = !wanted.some((value) => value instanceof Regex)
  if (isPlain && wanted.length > 0) return docOf(key, docOf('$in', [...wanted]))
  const equalities = wanted.map((value) => docOf(key, docOf('$eq', value)))
  return equalities.length > 0 ? docOf('$or', equalities) : docOf('$alwaysFalse', 1)
}

function docOf(key: string, value: Value): Doc {
  const doc = newDoc()
  doc[key] = value
  return doc
}

function joinOf(operand: Value, context: PipelineContext): Join {
  if (!isDoc(operand)) throw new StoreError('FailedToParse', 'the $lookup specification must be an Object')
  const extra = Object.keys(operand).find((key) => !known.includes(key))
  if (extra) throw new StoreError('FailedToParse', `unknown argument to $lookup: ${extra}`)
  const { from, localField, foreignField, let: own, pipeline, as } = operand
  if (typeof as !== 'string') throw new StoreError('FailedToParse', "must specify 'as' field for a $lookup")
  if (typeof from !== 'string') {
    throw new StoreError(
      'FailedToParse',
      "must specify 'from' field for a $lookup as the name of a collection of the same database",
    )
  }
  const hasFields = typeof localField === 'string' && typeof foreignField === 'string'
  if (!hasFields && (localField !== undefined || foreignField !== undefined)) {
    throw new StoreError('FailedToParse', '$lookup requires both or neither of localField and foreignField')
  }
  if (!hasFields && pipeline === undefined) {
    throw new StoreError(
      'FailedToParse',
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField'",
    )
  }
  if (pipeline !== undefined && !Array.isArray(pipeline)) {
    throw new StoreError('FailedToParse', "$lookup argument 'pipeline' must be an array")
  }
  return {
    from,
    local: hasFields ? parsePath(localField) : undefined,
    foreign: hasFields ? foreignField : undefined,
    variables: Object.entries(isDoc(own) ? own : newDoc()).map(([key, value]) => ({
      key,
      compute: compileExpression(value, context),
    })),
    stages: Array.isArray(pipeline) ? pipeline : [],
    as: as.split('.').map(fieldKey),
  }
}

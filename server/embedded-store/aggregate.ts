import { StoreError } from './errors.ts'
import { isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { toDouble } from './arithmetic.ts'
import { isNumeric } from './compare-values.ts'
import { documentStages, stageOf } from './document-stages.ts'
import { drain, gathered, mapped, sourceOf } from './doc-source.ts'
import type { DocSource } from './doc-source.ts'
import { baseScope, compile } from './expression.ts'
import { namesIn, scopeOf } from './expression-scope.ts'
import type { ExpressionContext, Scope } from './expression-scope.ts'
import { graphLookupStage } from './graph-lookup-stage.ts'
import { bucketAutoStage, bucketStage } from './bucket-stages.ts'
import { groupStage, sortByCountStage } from './group-stage.ts'
import { lookupStage } from './lookup-stage.ts'
import { splitLeading } from './leading-stages.ts'
import type { LeadingStages } from './leading-stages.ts'
import { compileFilter } from './match.ts'
import { compileOutputStage } from './output-stage.ts'
import type { OutputStage } from './output-stage.ts'
import { compileSort } from './sort.ts'
import { typeName } from './type-name.ts'
import { unwindStage } from './unwind-stage.ts'

/** What a pipeline reaches for outside itself. */
export interface PipelineContext extends ExpressionContext {
  /** Answers the leading stages over another collection of the same database; empty where there is none. */
  readonly read: (collection: string, leading: LeadingStages, context: ExpressionContext) => DocSource
}

/** A compiled pipeline. */
export interface Pipeline {
  /** The stages over their input. */
  readonly run: (source: DocSource) => DocSource
  /** The last stage, when it writes into a collection; the caller does the writing. */
  readonly output: OutputStage | undefined
}

/** Runs a pipeline over another collection; `check` only compiles it. */
export type RunPipeline = (
  collection: string,
  stages: readonly Value[],
  context: PipelineContext,
  mode: 'run' | 'check',
) => DocSource

type Stage = (source: DocSource) => DocSource

/**
 * Compiles the stages of a pipeline, usually the `rest` of `splitLeading`.
 * @throws StoreError 40324 for an unknown stage; stages this store does not serve are refused by name.
 */
export function compilePipeline(stages: readonly Value[], context: PipelineContext): Pipeline {
  const specs = stages.map(stageOf)
  const last = specs.at(-1)
  const output = last && compileOutputStage(last.name, last.operand, context)
  const run = compileStages(output ? stages.slice(0, -1) : stages, context, 'pipeline')
  return { run, output }
}

type Place = 'pipeline' | '$facet' | '$lookup' | '$unionWith'

function compileStages(stages: readonly Value[], context: PipelineContext, place: Place): Stage {
  const base = baseScope(context)
  const compiled: Stage[] = []
  for (let index = 0; index < stages.length; index++) {
    const { name, operand } = stageOf(stages[index] ?? null)
    const following = index + 1 < stages.length ? stageOf(stages[index + 1] ?? null) : undefined
    if (name === '$sort' && following?.name === '$limit') {
      compiled.push(sortStage(operand, limitOf(following.operand)))
    } else {
      compiled.push(compileStage(name, operand, base, context, place))
    }
  }
  return (source) => compiled.reduce((input, stage) => stage(input), source)
}

function compileStage(
  name: string,
  operand: Value,
  base: Scope | undefined,
  context: PipelineContext,
  place: Place,
): Stage {
  const transform = documentStages.get(name)
  if (transform) {
    const apply = transform(operand, base)
    return (source) => mapped(source, apply)
  }
  switch (name) {
    case '$match':
      return matchStage(operand, context)
    case '$group':
      return groupStage(operand, base)
    case '$sort':
      return sortStage(operand, Infinity)
    case '$limit':
      return limitStage(limitOf(operand))
    case '$skip':
      return skipStage(operand)
    case '$unwind':
      return unwindStage(operand)
    case '$count':
      return countStage(operand)
    case '$sortByCount':
      return sortByCountStage(operand, base)
    case '$bucket':
      return bucketStage(operand, base)
    case '$bucketAuto':
      return bucketAutoStage(operand, base)
    case '$sample':
      return sampleStage(operand)
    case '$redact':
      return redactStage(operand, base)
    case '$lookup':
      return lookupStage(operand, context, runPipeline)
    case '$graphLookup':
      return graphLookupStage(operand, context)
    case '$unionWith':
      return unionStage(operand, context)
    case '$facet':
      if (place === '$facet')
        throw new StoreError(40600, '$facet is not allowed to be used within a $facet stage')
      return facetStage(operand, context)
    case '$out':
    case '$merge':
      throw place === 'pipeline'
        ? new StoreError(40601, `${name} can only be the final stage in the pipeline`)
        : new StoreError(place === '$facet' ? 40600 : 51047, `${name} is not allowed within a ${place} stage`)
    default:
      throw unknownStage(name)
  }
}

const unservedStages: ReadonlyMap<string, string> = new Map([
  ['$changeStream', 'there is no log of changes; poll by an index instead'],
  ['$changeStreamSplitLargeEvent', 'there are no change streams'],
  ['$geoNear', 'there are no geo indexes'],
  ['$setWindowFields', 'compute it where the result is read'],
  ['$densify', 'compute it where the result is read'],
  ['$fill', 'compute it where the result is read'],
  ['$documents', 'a pipeline starts from a collection'],
  ['$search', 'there are no search indexes'],
  ['$searchMeta', 'there are no search indexes'],
  ['$vectorSearch', 'there are no search indexes'],
  ['$indexStats', 'use listIndexes'],
  ['$collStats', 'use count'],
  ['$currentOp', 'it keeps no list of running operations'],
  ['$listSessions', 'sessions are not stored'],
  ['$listLocalSessions', 'sessions are not listed'],
  ['$planCacheStats', 'plans are not cached'],
])

function unknownStage(name: string): StoreError {
  const reason = unservedStages.get(name)
  if (reason) {
    return new StoreError('CommandNotSupported', `${name} is not served by the embedded store: ${reason}`)
  }
  return new StoreError(40324, `Unrecognized pipeline stage name: '${name}'`)
}

function runPipeline(
  collection: string,
  stages: readonly Value[],
  context: PipelineContext,
  mode: 'run' | 'check',
): DocSource {
  const leading = splitLeading(stages)
  if (mode === 'check') {
    compileStages(stages, context, '$lookup')
    return sourceOf([])
  }
  return compileStages(leading.rest, context, '$lookup')(context.read(collection, leading, context))
}

function matchStage(operand: Value, context: PipelineContext): Stage {
  if (!isDoc(operand)) {
    throw new StoreError(15959, 'the match filter must be an expression in an object')
  }
  const matches = compileFilter(operand, context)
  return (source) => mapped(source, (doc) => (matches(doc) ? doc : undefined))
}

function limitOf(operand: Value): number {
  const limit = isNumeric(operand) ? toDouble(operand) : NaN
  if (!Number.isInteger(limit)) {
    throw new StoreError(
      2107201,
      `invalid argument to $limit stage: Expected a number in: $limit: ${typeName(operand)}`,
    )
  }
  if (limit <= 0) throw new StoreError(15958, 'the limit must be positive')
  return limit
}

function limitStage(limit: number): Stage {
  return (source) => {
    let given = 0
    return {
      next() {
        if (given >= limit) return undefined
        const doc = source.next()
        if (doc) given++
        return doc
      },
    }
  }
}

function skipStage(operand: Value): Stage {
  const skip = isNumeric(operand) ? toDouble(operand) : NaN
  if (!Number.isInteger(skip) || skip < 0) {
    throw new StoreError(5107200, 'invalid argument to $skip stage: Expected a non-negative number')
  }
  return (source) => {
    let skipped = 0
    return mapped(source, (doc) => (skipped++ < skip ? undefined : doc))
  }
}

/** With a limit, only as many documents as that (and again as many in waiting) are held at a time. */
function sortStage(operand: Value, limit: number): Stage {
  if (!isDoc(operand)) throw new StoreError(15973, 'the $sort key specification must be an object')
  const sort = compileSort(operand)
  return (source) => {
    let entries: { doc: Doc; key: Value[] }[] = []
    const trim = (): void => {
      entries.sort((left, right) => sort.compareKeys(left.key, right.key))
      if (entries.length > limit) entries = entries.slice(0, limit)
    }
    return gathered(
      source,
      (doc) => {
        entries.push({ doc, key: sort.keyOf(doc) })
        if (entries.length > limit * 2 + 100) trim()
      },
      () => {
        trim()
        return entries.map(({ doc }) => doc)
      },
    )
  }
}

function countStage(operand: Value): Stage {
  if (typeof operand !== 'string' || operand === '') {
    throw new StoreError(40156, 'the count field must be a non-empty string')
  }
  if (operand.startsWith('$') || operand.includes('.') || operand.includes('\0')) {
    throw new StoreError(40158, `the count field cannot be a $-prefixed path or contain '.': ${operand}`)
  }
  return (source) => {
    let count = 0
    return gathered(
      source,
      () => {
        count++
      },
      () => {
        if (count === 0) return []
        const doc = newDoc()
        doc[operand] = count
        return [doc]
      },
    )
  }
}

/** Reservoir sampling: every document has the same chance, in one pass. */
function sampleStage(operand: Value): Stage {
  const wanted = isDoc(operand) ? operand['size'] : undefined
  const size = isNumeric(wanted) ? Math.trunc(toDouble(wanted)) : NaN
  if (!(size > 0)) throw new StoreError(28747, 'size argument to $sample must be a positive number')
  return (source) => {
    const chosen: Doc[] = []
    let seen = 0
    return gathered(
      source,
      (doc) => {
        const place = Math.floor(Math.random() * ++seen)
        if (chosen.length < size) {
          chosen.push(chosen[place] ?? doc)
          chosen[place] = doc
        } else if (place < size) {
          chosen[place] = doc
        }
      },
      () => chosen,
    )
  }
}

function redactStage(operand: Value, base: Scope | undefined): Stage {
  const expression = compile(operand, { declared: namesIn(base) })
  const redact = (doc: Doc, root: Doc): Doc | undefined => {
    const outer = scopeOf(root, base)
    const verdict = expression({ name: 'CURRENT', value: doc, outer })
    if (verdict === '$$KEEP') return doc
    if (verdict === '$$PRUNE') return undefined
    if (verdict !== '$$DESCEND') {
      throw new StoreError(17053, '$redact must resolve to $$KEEP, $$DESCEND, or $$PRUNE')
    }
    const result = newDoc()
    for (const key in doc) {
      const value = doc[key]
      const kept = value === undefined ? undefined : redactValue(value, root)
      if (kept !== undefined) result[key] = kept
    }
    return result
  }
  const redactValue = (value: Value, root: Doc): Value | undefined => {
    if (Array.isArray(value)) {
      return value.map((item) => redactValue(item, root)).filter((item) => item !== undefined)
    }
    return isDoc(value) ? redact(value, root) : value
  }
  return (source) => mapped(source, (doc) => redact(doc, doc))
}

function unionStage(operand: Value, context: PipelineContext): Stage {
  const spec = isDoc(operand) ? operand : undefined
  const collection = typeof operand === 'string' ? operand : spec?.['coll']
  const stages = spec?.['pipeline'] ?? []
  if (typeof collection !== 'string' || !Array.isArray(stages)) {
    throw new StoreError(
      'FailedToParse',
      "$unionWith needs the name of a collection, as a string or as 'coll'",
    )
  }
  runPipeline(collection, stages, context, 'check')
  return (source) => {
    let others: DocSource | undefined
    return {
      next() {
        if (others) return others.next()
        const doc = source.next()
        if (doc !== undefined) return doc
        others = runPipeline(collection, stages, context, 'run')
        return null
      },
    }
  }
}

function facetStage(operand: Value, context: PipelineContext): Stage {
  if (!isDoc(operand) || Object.keys(operand).length === 0) {
    throw new StoreError(40169, 'the $facet specification must be a non-empty object')
  }
  const facets = Object.entries(operand).map(([key, stages]) => {
    if (!Array.isArray(stages)) {
      throw new StoreError(40170, `arguments to $facet must be arrays, ${key} is type ${typeName(stages)}`)
    }
    return { key, run: compileStages(stages, context, '$facet') }
  })
  return (source) => {
    const docs: Doc[] = []
    return gathered(
      source,
      (doc) => docs.push(doc),
      () => {
        const result = newDoc()
        for (const { key, run } of facets) result[key] = drain(run(sourceOf(docs)))
        return [result]
      },
    )
  }
}

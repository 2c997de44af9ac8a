import { StoreError } from './errors.ts'
import { isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { toDouble } from './arithmetic.ts'
import { compareValues, isNumeric } from './compare-values.ts'
import { gathered } from './doc-source.ts'
import type { DocSource } from './doc-source.ts'
import { compile } from './expression.ts'
import { namesIn, scopeOf } from './expression-scope.ts'
import type { Scope } from './expression-scope.ts'
import { accumulatorFields, grouping } from './group-stage.ts'
import type { Field } from './group-stage.ts'
import { showValue } from './show-value.ts'
import { typeName } from './type-name.ts'

type Stage = (source: DocSource) => DocSource

/** `$bucket`: groups by the interval a value falls into. */
export function bucketStage(operand: Value, base: Scope | undefined): Stage {
  if (!isDoc(operand)) {
    throw new StoreError(
      40201,
      `Argument to $bucket stage must be an object, but found type: ${typeName(operand)}.`,
    )
  }
  const extra = Object.keys(operand).find(
    (key) => !['groupBy', 'boundaries', 'default', 'output'].includes(key),
  )
  if (extra) throw new StoreError(40197, `Unrecognized option to $bucket: ${extra}.`)
  const { groupBy, boundaries, default: fallback, output } = operand
  if (groupBy === undefined || !Array.isArray(boundaries)) {
    throw new StoreError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.")
  }
  if (boundaries.length < 2) {
    throw new StoreError(40192, "The $bucket 'boundaries' field must have at least 2 values")
  }
  for (let index = 1; index < boundaries.length; index++) {
    if (compareValues(boundaries[index - 1], boundaries[index]) >= 0) {
      throw new StoreError(40194, "The 'boundaries' option to $bucket must be sorted")
    }
  }
  const expression = compile(groupBy, { declared: namesIn(base) })
  const fields = isDoc(output) ? accumulatorFields(output, base) : accumulatorFields(countSpec(), base)
  const idOf = (scope: Scope): Value => {
    const value = expression(scope)
    const above = boundaries.findIndex((boundary) => compareValues(value, boundary) < 0)
    const lower = above > 0 ? boundaries[above - 1] : undefined
    if (lower !== undefined) return lower
    if (fallback !== undefined) return fallback
    throw new StoreError(
      40066,
      `$bucket could not find a matching branch for the input ${showValue(value)}, and no default was specified.`,
    )
  }
  return (source) => grouping(source, fields, base, idOf, (left, right) => compareValues(left.id, right.id))
}

function countSpec(): Doc {
  const sum = newDoc()
  sum['$sum'] = 1
  const spec = newDoc()
  spec['count'] = sum
  return spec
}

const autoOptions = ['groupBy', 'buckets', 'output', 'granularity']

/** `$bucketAuto`: splits documents, sorted by a value, into so many groups of about equal size. */
export function bucketAutoStage(operand: Value, base: Scope | undefined): Stage {
  if (!isDoc(operand)) {
    throw new StoreError(
      40240,
      `The argument to $bucketAuto must be an object, but was of type ${typeName(operand)}.`,
    )
  }
  const extra = Object.keys(operand).find((key) => !autoOptions.includes(key))
  if (extra) throw new StoreError(40245, `Unrecognized option to $bucketAuto: ${extra}.`)
  const { groupBy, buckets, output, granularity } = operand
  if (groupBy === undefined || buckets === undefined) {
    throw new StoreError(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.")
  }
  if (granularity !== undefined) {
    throw new StoreError(
      'CommandNotSupported',
      'granularity of $bucketAuto is not served by the embedded store',
    )
  }
  const count = isNumeric(buckets) ? toDouble(buckets) : NaN
  if (!Number.isInteger(count) || count <= 0) {
    throw new StoreError(40243, `The $bucketAuto 'buckets' field must be a whole number greater than 0`)
  }
  const expression = compile(groupBy, { declared: namesIn(base) })
  const fields = accumulatorFields(isDoc(output) ? output : countSpec(), base)
  return (source) => {
    const entries: Entry[] = []
    return gathered(
      source,
      (doc) => {
        const scope = scopeOf(doc, base)
        entries.push({ scope, value: expression(scope) ?? null })
      },
      () => bucketed(entries, count, fields),
    )
  }
}

interface Entry {
  readonly scope: Scope
  readonly value: Value
}

/** Equal values never lie in two buckets; a bucket reaches up to where the next one begins. */
function bucketed(entries: Entry[], count: number, fields: readonly Field[]): Doc[] {
  entries.sort((left, right) => compareValues(left.value, right.value))
  const size = Math.max(Math.round(entries.length / count), 1)
  const results: Doc[] = []
  let start = 0
  while (start < entries.length) {
    let end = results.length === count - 1 ? entries.length : Math.min(start + size, entries.length)
    while (end < entries.length && compareValues(entries[end]?.value, entries[end - 1]?.value) === 0) end++
    const id = newDoc()
    id['min'] = entries[start]?.value ?? null
    id['max'] = (entries[end] ?? entries[end - 1])?.value ?? null
    results.push(accumulated(id, entries.slice(start, end), fields))
    start = end
  }
  return results
}

function accumulated(id: Doc, entries: readonly Entry[], fields: readonly Field[]): Doc {
  const doc = newDoc()
  doc['_id'] = id
  for (const { key, start } of fields) {
    const accumulator = start()
    for (const { scope } of entries) accumulator.add(scope)
    doc[key] = accumulator.result()
  }
  return doc
}

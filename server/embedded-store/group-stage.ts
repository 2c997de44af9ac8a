import { StoreError } from './errors.ts'
import { fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { compileAccumulator } from './accumulators.ts'
import type { Accumulator } from './accumulators.ts'
import { compareValues, isNumeric } from './compare-values.ts'
import { gathered } from './doc-source.ts'
import type { DocSource } from './doc-source.ts'
import { compile } from './expression.ts'
import { namesIn, scopeOf } from './expression-scope.ts'
import type { Scope } from './expression-scope.ts'
import { groupKey } from './group-key.ts'
import { showValue } from './show-value.ts'
import { typeName } from './type-name.ts'

type Stage = (source: DocSource) => DocSource

interface Group {
  readonly id: Value
  readonly values: readonly Accumulator[]
}

/** One accumulator field of the output. */
interface Field {
  readonly key: string
  readonly start: () => Accumulator
}

/** `$group`: one document per distinct `_id`, with accumulated fields. */
export function groupStage(operand: Value, base: Scope | undefined): Stage {
  if (!isDoc(operand)) throw new StoreError(15947, "a group's fields must be specified in an object")
  if (operand['_id'] === undefined) throw new StoreError(15955, 'a group specification must include an _id')
  const names = { declared: namesIn(base) }
  const id = compile(operand['_id'], names)
  const fields = fieldsOf(operand, base)
  return (source) => grouping(source, fields, base, (scope) => id(scope) ?? null)
}

function fieldsOf(spec: Doc, base: Scope | undefined): Field[] {
  const names = { declared: namesIn(base) }
  return Object.keys(spec)
    .filter((key) => key !== '_id')
    .map((key) => {
      if (key.includes('.')) {
        throw new StoreError(40235, `The field name '${key}' cannot contain '.'`)
      }
      if (key.startsWith('$'))
        throw new StoreError(40236, `The field name '${key}' cannot be an operator name`)
      return { key, start: compileAccumulator(fieldName(key), spec[key] ?? null, names) }
    })
}

function grouping(
  source: DocSource,
  fields: readonly Field[],
  base: Scope | undefined,
  idOf: (scope: Scope) => Value,
  order?: (left: Group, right: Group) => number,
): DocSource {
  const groups = new Map<string, Group>()
  const add = (doc: Doc): void => {
    const scope = scopeOf(doc, base)
    const id = idOf(scope)
    const key = groupKey(id)
    let group = groups.get(key)
    if (!group) {
      group = { id, values: fields.map(({ start }) => start()) }
      groups.set(key, group)
    }
    for (const value of group.values) value.add(scope)
  }
  const finish = (): Doc[] => {
    const all = [...groups.values()]
    if (order) all.sort(order)
    return all.map(({ id, values }) => {
      const doc = newDoc()
      doc['_id'] = id
      fields.forEach(({ key }, index) => {
        doc[key] = values[index]?.result() ?? null
      })
      return doc
    })
  }
  return gathered(source, add, finish)
}

/** `$sortByCount`: how often each value occurs, most frequent first. */
export function sortByCountStage(operand: Value, base: Scope | undefined): Stage {
  const isExpression = (typeof operand === 'string' && operand.startsWith('$')) || isDoc(operand)
  if (!isExpression) {
    throw new StoreError(40149, 'the sortByCount field must be defined as a $-prefixed path or an expression')
  }
  const spec = newDoc()
  spec['_id'] = operand
  const counted = newDoc()
  counted['$sum'] = 1
  spec['count'] = counted
  const group = groupStage(spec, base)
  return (source) => {
    const docs: Doc[] = []
    return gathered(
      group(source),
      (doc) => docs.push(doc),
      () => docs.sort((left, right) => compareValues(right['count'], left['count'])),
    )
  }
}

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
  const fields = isDoc(output) ? fieldsOf(output, base) : fieldsOf(countSpec(), base)
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

/** Whether a stage only counts its documents, as drivers' `countDocuments` asks for; gives what to answer. */
export function countingGroup(operand: Value): { id: Value; key: string } | undefined {
  if (!isDoc(operand)) return undefined
  const [first, key, third] = Object.keys(operand)
  const id = operand['_id']
  if (first !== '_id' || id === undefined || key === undefined || third !== undefined) return undefined
  const accumulator = operand[key]
  const isConstant = id === null || isNumeric(id) || typeof id === 'boolean'
  if (!isConstant || !isDoc(accumulator) || Object.keys(accumulator).length !== 1) return undefined
  return accumulator['$sum'] === 1 ? { id, key } : undefined
}

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

type Stage = (source: DocSource) => DocSource

interface Group {
  readonly id: Value
  readonly values: readonly Accumulator[]
}

/** One accumulator field of the output. */
export interface Field {
  readonly key: string
  readonly start: () => Accumulator
}

/** `$group`: one document per distinct `_id`, with accumulated fields. */
export function groupStage(operand: Value, base: Scope | undefined): Stage {
  if (!isDoc(operand)) throw new StoreError(15947, "a group's fields must be specified in an object")
  if (operand['_id'] === undefined) throw new StoreError(15955, 'a group specification must include an _id')
  const names = { declared: namesIn(base) }
  const id = compile(operand['_id'], names)
  const fields = accumulatorFields(operand, base)
  return (source) => grouping(source, fields, base, (scope) => id(scope) ?? null)
}

/** The accumulator fields of a specification, its `_id` aside. */
export function accumulatorFields(spec: Doc, base: Scope | undefined): Field[] {
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

/** Groups documents by an id computed from each; `order` sorts the results. */
export function grouping(
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

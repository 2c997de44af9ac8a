import { StoreError } from './errors.ts'
import { Regex, fieldKey, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { isOperatorDoc } from './match.ts'

/**
 * The fields an upsert takes from its filter: every equality that must hold for a match. A replacement takes only
 * the `_id`.
 * @throws StoreError NotSingleValueField when the filter wants one path to equal two things.
 */
export function upsertSeed(filter: Doc, onlyId: boolean): Doc {
  const equalities = new Map<string, Value>()
  collect(filter, equalities)
  const seed = newDoc()
  for (const [path, value] of equalities) {
    if (onlyId && path !== '_id') continue
    for (const other of equalities.keys()) {
      if (other.startsWith(`${path}.`) && !onlyId) throw twice(path)
    }
    place(seed, path.split('.').map(fieldKey), value)
  }
  return seed
}

function twice(path: string): StoreError {
  return new StoreError(
    'NotSingleValueField',
    `cannot infer query fields to set, path '${path}' is matched twice`,
  )
}

function collect(filter: Doc, equalities: Map<string, Value>): void {
  for (const key in filter) {
    const value = filter[key]
    if (value === undefined) continue
    if (key === '$and' || key === '$or') {
      const branches = Array.isArray(value) ? value : []
      if (key === '$or' && branches.length !== 1) continue
      for (const branch of branches) if (isDoc(branch)) collect(branch, equalities)
    } else if (!key.startsWith('$')) {
      const wanted = equalityOf(value)
      if (wanted === undefined) continue
      const path = fieldName(key)
      if (equalities.has(path)) throw twice(path)
      equalities.set(path, wanted)
    }
  }
}

/** The single value a condition admits: `5`, `{ $eq: 5 }`, `{ $in: [5] }`, `{ $all: [5] }`. */
function equalityOf(condition: Value): Value | undefined {
  if (condition instanceof Regex) return undefined
  if (!isOperatorDoc(condition)) return condition
  if (condition['$eq'] !== undefined) return condition['$eq']
  for (const operator of ['$all', '$in']) {
    const items = condition[operator]
    if (!Array.isArray(items) || items.length !== 1) continue
    const [item] = items
    if (item !== undefined && !(item instanceof Regex) && !isOperatorDoc(item)) return item
  }
  return undefined
}

function place(doc: Doc, keys: readonly string[], value: Value): void {
  const [key = '', ...rest] = keys
  if (rest.length === 0) {
    doc[key] = value
    return
  }
  const next = doc[key]
  const inner = isDoc(next) ? next : newDoc()
  doc[key] = inner
  place(inner, rest, value)
}

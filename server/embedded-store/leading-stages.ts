import { isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { toDouble } from './arithmetic.ts'
import { stageOf } from './document-stages.ts'
import { countingGroup } from './group-stage.ts'

/** The beginning of a pipeline as a query, which a planner can answer from an index, and what is left to compute. */
export interface LeadingStages {
  readonly filter: Doc
  readonly sort: Doc | undefined
  readonly skip: number
  /** 0 means no limit. */
  readonly limit: number
  readonly rest: readonly Value[]
  /** Set when the rest only counts, as `countDocuments` does: then no document need be read. */
  readonly count: CountRequest | undefined
}

/** How to answer a pipeline that only counts. */
export interface CountRequest {
  readonly answer: (count: number) => Doc[]
}

/** Takes the leading `$match`, `$sort`, `$skip` and `$limit` stages off a pipeline, in this order. */
export function splitLeading(stages: readonly Value[]): LeadingStages {
  const filters: Doc[] = []
  let sort: Doc | undefined
  let skip = 0
  let limit = 0
  let at = 0
  for (; at < stages.length; at++) {
    const { name, operand } = stageOf(stages[at] ?? null)
    const isWindowed = skip > 0 || limit > 0
    if (name === '$match' && isDoc(operand) && !isWindowed) {
      filters.push(operand)
    } else if (
      name === '$sort' &&
      isDoc(operand) &&
      !isWindowed &&
      !sort &&
      Object.keys(operand).length > 0
    ) {
      sort = operand
    } else if (name === '$skip' && limit === 0 && isCount(operand, 0)) {
      skip += toDouble(operand)
    } else if (name === '$limit' && isCount(operand, 1)) {
      limit = limit === 0 ? toDouble(operand) : Math.min(limit, toDouble(operand))
    } else {
      break
    }
  }
  const rest = stages.slice(at)
  return { filter: conjunction(filters), sort, skip, limit, rest, count: countRequest(rest) }
}

function isCount(operand: Value, least: number): operand is number | bigint {
  return (typeof operand === 'number' || typeof operand === 'bigint') && isWholeFrom(toDouble(operand), least)
}

function isWholeFrom(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least && value <= 0x7fffffff
}

function conjunction(filters: readonly Doc[]): Doc {
  const [first, second] = filters
  if (first && !second) return first
  const filter = newDoc()
  if (first) filter['$and'] = [...filters]
  return filter
}

function countRequest(rest: readonly Value[]): CountRequest | undefined {
  const [only, second] = rest
  if (only === undefined || second !== undefined) return undefined
  const { name, operand } = stageOf(only)
  if (name === '$count' && typeof operand === 'string' && /^[^$.\0]+$/.test(operand)) {
    return { answer: (count) => (count === 0 ? [] : [countDoc(undefined, operand, count)]) }
  }
  const group = name === '$group' ? countingGroup(operand) : undefined
  if (!group) return undefined
  return { answer: (count) => (count === 0 ? [] : [countDoc(group.id, group.key, count)]) }
}

function countDoc(id: Value | undefined, key: string, count: number): Doc {
  const doc = newDoc()
  if (id !== undefined) doc['_id'] = id
  doc[key] = count
  return doc
}

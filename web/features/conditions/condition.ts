import { isRecord } from '../../graphql/json.ts'
import type { Json } from '../../graphql/json.ts'

/** The comparisons the hub knows, in the order in which they are offered. */
export const ops = [
  'equals',
  'not_equals',
  'one_of',
  'contains',
  'not_contains',
  'greater',
  'at_least',
  'less',
  'at_most',
  'is_set',
  'is_blank',
] as const
export type Op = (typeof ops)[number]

/** How the parts of a group belong together. */
export const joins = ['all', 'any', 'none', 'not_all'] as const
export type Join = (typeof joins)[number]

/** One comparison, maybe half made: without a path or a value it does not count yet. */
export interface Comparison {
  kind: 'comparison'
  /** Of this page alone, to tell rows apart. */
  id: number
  path: string
  op: Op
  value: Json | undefined
}

export interface Group {
  kind: 'group'
  id: number
  join: Join
  parts: readonly Part[]
}

export type Part = Comparison | Group

let lastId = 0

export function newComparison(path = '', op: Op = 'equals', value?: Json): Comparison {
  return { kind: 'comparison', id: ++lastId, path, op, value }
}

export function newGroup(join: Join, parts: readonly Part[]): Group {
  return { kind: 'group', id: ++lastId, join, parts }
}

/** A condition as the hub keeps it, as a group that can be worked on. None is an empty group. */
export function readCondition(stored: Json | null): Group {
  const part = readPart(stored)
  if (!part) return newGroup('all', [])
  return part.kind === 'group' ? part : newGroup('all', [part])
}

/** The other way round. What is not finished is left out; nothing where nothing is left. */
export function writeCondition(part: Part): Json | undefined {
  if (part.kind === 'comparison') {
    const { path, op, value } = part
    if (!isFinished(part)) return undefined
    return takesValue(op) && value !== undefined ? { path, op, value } : { path, op }
  }
  const parts = part.parts.flatMap((each) => writeCondition(each) ?? [])
  const [only] = parts
  if (only === undefined) return undefined
  const isOnly = parts.length === 1
  switch (part.join) {
    case 'all':
      return isOnly ? only : { all: parts }
    case 'any':
      return isOnly ? only : { any: parts }
    case 'none':
      return { not: isOnly ? only : { any: parts } }
    case 'not_all':
      return { not: isOnly ? only : { all: parts } }
  }
}

export function takesValue(op: Op): boolean {
  return op !== 'is_set' && op !== 'is_blank'
}

/** Whether there is all that it takes to compare. */
export function isFinished({ path, op, value }: Comparison): boolean {
  if (path === '') return false
  if (!takesValue(op)) return true
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== ''
}

const opposite: Record<Join, Join> = { all: 'not_all', not_all: 'all', any: 'none', none: 'any' }

function readPart(stored: Json | null): Part | undefined {
  if (!isRecord(stored)) return undefined
  const { all, any, not, path, op, value } = stored
  if (Array.isArray(all)) return newGroup('all', readParts(all))
  if (Array.isArray(any)) return newGroup('any', readParts(any))
  if (not !== undefined) {
    const inner = readPart(not)
    if (!inner) return undefined
    return inner.kind === 'group' ? { ...inner, join: opposite[inner.join] } : newGroup('none', [inner])
  }
  const known = ops.find((each) => each === op)
  return typeof path === 'string' && known ? newComparison(path, known, value) : undefined
}

function readParts(stored: readonly Json[]): Part[] {
  return stored.flatMap((each) => readPart(each) ?? [])
}

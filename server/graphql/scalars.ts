import { GraphQLError, Kind, valueFromASTUntyped } from 'graphql'
import { builder } from './builder.ts'

/** RFC 3339 with its offset: a time without one means something else on every machine. */
const RFC3339 = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i

builder.scalarType('DateTime', {
  description: 'A moment, as RFC 3339 with its offset: 2026-11-22T18:00:00.000Z.',
  serialize: (value) => new Date(value).toISOString(),
  parseValue: toDate,
  parseLiteral: (node) => toDate(node.kind === Kind.STRING ? node.value : undefined),
})

builder.scalarType('JSON', {
  description: 'Any JSON value: used where the names are those of a vendor or of a person.',
  serialize: (value) => value,
  parseValue: shallow,
  parseLiteral: (node, variables) => shallow(valueFromASTUntyped(node, variables)),
})

/** What reads it goes from level to level, and would end the stack. A stored event, which may have 100, fits into a sample. */
const LEVELS_MAX = 110

function shallow(value: unknown): unknown {
  if (!isDeeper(value, LEVELS_MAX)) return value
  throw new GraphQLError(`A JSON value may have ${LEVELS_MAX} levels within each other.`)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1))
}

function toDate(value: unknown): Date {
  const day = typeof value === 'string' ? RFC3339.exec(value)?.[1] : undefined
  if (typeof value === 'string' && day && isInCalendar(day)) return new Date(value)
  throw new GraphQLError('A moment is written as 2026-11-22T18:00:00Z, with its offset.')
}

/** JavaScript takes 30 February, and means 2 March. */
function isInCalendar(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`)
  return Number.isFinite(midnight.getTime()) && midnight.toISOString().startsWith(day)
}

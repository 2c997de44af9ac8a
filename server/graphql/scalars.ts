import { GraphQLError, Kind, valueFromASTUntyped } from 'graphql'
import { builder } from './builder.ts'

/** RFC 3339 with its offset: a time without one means something else on every machine. */
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i

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
  const date = typeof value === 'string' && RFC3339.test(value) ? new Date(value) : undefined
  if (date && Number.isFinite(date.getTime())) return date
  throw new GraphQLError('A moment is written as 2026-11-22T18:00:00Z, with its offset.')
}

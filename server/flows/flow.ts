import { z } from 'zod'
import { isBlank } from '../../mappings/blank.ts'
import { pathSchema } from '../../mappings/mapping.ts'

/** Compares one value of the event or its contact. */
const comparison = z.object({
  path: pathSchema,
  op: z.enum([
    'equals',
    'not_equals',
    'contains',
    'not_contains',
    'greater',
    'at_least',
    'less',
    'at_most',
    'is_set',
    'is_blank',
    'one_of',
  ]),
  value: z
    .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))])
    .optional(),
})

export type Comparison = z.output<typeof comparison>
export type Condition = Comparison | { all: Condition[] } | { any: Condition[] } | { not: Condition }

const finishedComparison = comparison.strict().superRefine((given, context) => {
  const lacks = valueMissing(given)
  if (lacks) context.addIssue({ code: 'custom', path: ['value'], message: `“${given.op}” takes ${lacks}.` })
})

/** What a comparison would need to be able to hold at all; nothing where it can. */
function valueMissing({ op, value }: Comparison): string | undefined {
  const isOne = value !== undefined && !Array.isArray(value)
  switch (op) {
    case 'is_set':
    case 'is_blank':
      return undefined
    case 'one_of':
      return Array.isArray(value) && value.length > 0 ? undefined : 'a list of at least one value'
    case 'equals':
    case 'not_equals':
      return isOne ? undefined : 'a text, a number, or yes or no'
    case 'contains':
    case 'not_contains':
      return isOne && !isBlank(value) ? undefined : 'a text or a number'
    case 'greater':
    case 'at_least':
    case 'less':
    case 'at_most':
      return isOne && !isBlank(value) && typeof value !== 'boolean' ? undefined : 'a number or a time'
  }
}

/** *Only if*: comparisons joined by all, any and not. */
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      finishedComparison,
      z.strictObject({ all: z.array(conditionSchema).max(50) }),
      z.strictObject({ any: z.array(conditionSchema).min(1, 'Give at least one of several.').max(50) }),
      z.strictObject({ not: conditionSchema }),
    ],
    'must be { path, op, value }, { all: […] }, { any: […] } or { not: … }',
  ),
)

/** *Do*: one thing to carry out. */
const actionStep = z.strictObject({
  kind: z.literal('action'),
  /** Stable over versions, so that a replay under a newer version does not do a thing twice. */
  id: z.string().regex(/^stp_/),
  name: z.string().max(200).default(''),
  connectionId: z.string(),
  actionId: z.string(),
  mappingId: z.string(),
})

export const stepSchema = z.discriminatedUnion('kind', [actionStep])
export type FlowStep = z.output<typeof stepSchema>

/**
 * How often one contact may go through: for every event, or once at all. It decides the entry key, and there is one
 * run per flow and entry key.
 */
export const entrySchema = z.enum(['every_event', 'once_per_contact'])

export const definitionSchema = z.strictObject({
  /** *When*: these events of this connection (any connection of the workspace where it is absent). None yet: a gap. */
  trigger: z.strictObject({
    connectionId: z.string().optional(),
    events: z.array(z.string()).max(100),
  }),
  filter: conditionSchema.optional(),
  entry: entrySchema.default('every_event'),
  steps: z.array(stepSchema).max(100),
})

/** What a flow does, as one of its versions holds it. */
export type FlowDefinition = z.output<typeof definitionSchema>

/** *When* (trigger), *only if* (filter), *do* (steps). */
export interface Flow {
  id: string
  workspaceId: string
  name: string
  /** `paused`: events are recorded as not run for that reason, and can be replayed later. */
  state: 'on' | 'paused'
  /**
   * When it was paused last: kept when it is turned on again, since it names the events that have been kept out.
   * Absent where it never was, or was before this was written down.
   */
  pausedAt?: Date
  draft: FlowDefinition
  /** Raised whenever the draft is saved, so that two people who change it at once both hear of it. */
  draftRevision: number
  /** Absent until it is first published; nothing runs before. */
  publishedVersion?: number
  latestVersion: number
  createdAt: Date
  updatedAt: Date
}

/** A published state of a flow; never changes. Runs stay with the version they entered. */
export interface FlowVersion {
  flowId: string
  workspaceId: string
  version: number
  definition: FlowDefinition
  publishedAt: Date
  publishedBy: string
}

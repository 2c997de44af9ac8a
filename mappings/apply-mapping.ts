import { z } from 'zod'
import { isBlank } from './blank.ts'
import { coerceValue } from './coerce-value.ts'
import type { FormulaErrorCode } from './formula.ts'
import type { FieldOutcome } from './mapping.ts'
import { expectation, targetMeta } from './target-field.ts'
import { valueAsText } from './value-as-text.ts'

/** Why an input could not be made, for one field. `field` is empty for a rule about several fields at once. */
export interface InputProblem {
  field: string
  /** As on the screen. */
  label: string
  code: FormulaErrorCode | 'required_field_missing' | 'value_not_accepted'
  data?: Record<string, unknown>
  message: string
}

export type AppliedMapping<Input> =
  | { ok: true; input: Input; fields: FieldOutcome[] }
  | { ok: false; problems: InputProblem[]; fields: FieldOutcome[] }

/**
 * Makes the input of an action from what the rows of a mapping gave, and checks it against the action's own schema:
 * what does not pass is never sent. A value of another kind than the field holds is converted where nothing is lost,
 * and marked `converted` in `fields`. A failed formula fails the input even for a field that may be absent, because
 * somebody wanted something there. Rows for fields that the action no longer has are left out.
 */
export function applyMapping<Schema extends z.ZodObject>(
  outcomes: readonly FieldOutcome[],
  schema: Schema,
): AppliedMapping<z.output<Schema>> {
  const fields = [...outcomes]
  const failed = outcomes.flatMap(({ field, problem }) =>
    problem ? [{ field, label: targetMeta(field, fieldSchema(schema, field)).label, ...problem }] : [],
  )

  const first = schema.safeParse(valuesOf(fields, schema))
  if (first.success) {
    return failed.length === 0
      ? { ok: true, input: first.data, fields }
      : { ok: false, problems: failed, fields }
  }

  const refused = new Set(first.error.issues.map(({ path }) => String(path[0] ?? '')))
  for (const [at, outcome] of fields.entries()) {
    if (refused.has(outcome.field)) fields[at] = converted(outcome, fieldSchema(schema, outcome.field))
  }
  const second = schema.safeParse(valuesOf(fields, schema))
  const failedFields = new Set(failed.map(({ field }) => field))
  const problems = second.success
    ? []
    : firstOfEachField(second.error.issues).flatMap(([field, issue]) =>
        failedFields.has(field) ? [] : [problemOf(field, issue, schema, fields)],
      )
  if (second.success && failed.length === 0) return { ok: true, input: second.data, fields }
  return { ok: false, problems: [...failed, ...problems], fields }
}

function fieldSchema(schema: z.ZodObject, field: string): unknown {
  return Object.hasOwn(schema.shape, field) ? schema.shape[field] : schema.def.catchall
}

function valuesOf(outcomes: readonly FieldOutcome[], schema: z.ZodObject): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const { field, value, problem } of outcomes) {
    if (value !== undefined && !problem && fieldSchema(schema, field) !== undefined) values[field] = value
  }
  return values
}

function converted(outcome: FieldOutcome, schema: unknown): FieldOutcome {
  const { value, kind } = outcome
  if (value === undefined) return outcome
  const result = coerceValue(value, schema, kind === 'fixed' || kind === 'text')
  return result === value ? outcome : { ...outcome, value: result, converted: { from: value } }
}

function firstOfEachField(issues: readonly z.core.$ZodIssue[]): [string, z.core.$ZodIssue][] {
  const first = new Map<string, z.core.$ZodIssue>()
  for (const issue of issues) {
    const field = String(issue.path[0] ?? '')
    if (!first.has(field)) first.set(field, issue)
  }
  return [...first]
}

function problemOf(
  field: string,
  issue: z.core.$ZodIssue,
  schema: z.ZodObject,
  outcomes: readonly FieldOutcome[],
): InputProblem {
  const target = fieldSchema(schema, field)
  const { label } = targetMeta(field, target)
  if (field === '')
    return {
      field,
      label,
      code: 'value_not_accepted',
      message: `These values do not go together: ${issue.message}`,
    }

  const outcome = outcomes.find((candidate) => candidate.field === field)
  if (!outcome) {
    return {
      field,
      label,
      code: 'required_field_missing',
      message: `Map “${label}”: nothing can be sent without it.`,
    }
  }
  if (outcome.value === undefined) {
    return {
      field,
      label,
      code: 'required_field_missing',
      data: { from: outcome.from },
      message: `“${label}” is needed and got nothing: ${outcome.from} is empty here. Map something else, or give a fallback.`,
    }
  }
  const expected = expectation(target)
  const isOfOtherKind =
    issue.path.length === 1 &&
    (issue.code === 'invalid_type' || issue.code === 'invalid_format' || issue.code === 'invalid_value')
  return {
    field,
    label,
    code: 'value_not_accepted',
    data: { from: outcome.from, expected, issue: issue.code },
    message: `“${label}” does not accept ${shown(outcome.value)}: ${isOfOtherKind ? `it wants ${expected}` : lowerFirst(issue.message)}.${hint(outcome.value, expected)}`,
  }
}

function shown(value: unknown): string {
  const text = valueAsText(value)
  return isBlank(value) ? 'an empty value' : `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`
}

function hint(value: unknown, expected: string): string {
  return Array.isArray(value) && expected !== 'a list'
    ? ` It got a list of ${value.length}: pick one of them, or join them in a text.`
    : ''
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

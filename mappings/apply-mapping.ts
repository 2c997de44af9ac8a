import type { z } from 'zod'
import { isBlank } from './blank.ts'
import { coerceValue } from './coerce-value.ts'
import type { FormulaErrorCode } from './formula.ts'
import { isLargerThan } from './is-larger-than.ts'
import { inputBytesMax } from './mapping.ts'
import type { FieldOutcome } from './mapping.ts'
import { expectation, targetMeta, targetOf } from './target-field.ts'
import { valueAsText } from './value-as-text.ts'

/** Why an input could not be made, for one field. `field` is empty for a rule about several fields at once. */
export interface InputProblem {
  field: string
  /** As on the screen. */
  label: string
  code: FormulaErrorCode | 'required_field_missing' | 'value_not_accepted' | 'input_too_large'
  data?: Record<string, unknown>
  message: string
}

export type AppliedMapping<Input> =
  | {
      ok: true
      input: Input
      fields: FieldOutcome[]
      /** Rows in the input that must not overwrite what the destination holds: see `dropFilled`. */
      onlyIfEmpty: string[]
    }
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
  if (
    isLargerThan(
      outcomes.map(({ value }) => value),
      inputBytesMax,
    )
  )
    return tooLarge(fields)
  const failed = outcomes.flatMap(({ field, problem }) =>
    problem ? [{ field, label: labelOf(field, schema), ...problem }] : [],
  )

  const first = schema.safeParse(valuesOf(fields, schema))
  if (first.success) {
    return failed.length === 0 ? made(first.data, fields, schema) : { ok: false, problems: failed, fields }
  }

  const names = new Set(fields.map(({ field }) => field))
  const refused = new Set(first.error.issues.map((issue) => rowOf(issue, names)))
  for (const [at, outcome] of fields.entries()) {
    if (refused.has(outcome.field)) fields[at] = converted(outcome, targetOf(schema, outcome.field)?.schema)
  }
  // As a text, a list is longer than it was.
  if (
    isLargerThan(
      fields.map(({ value }) => value),
      inputBytesMax,
    )
  )
    return tooLarge(fields)
  const second = schema.safeParse(valuesOf(fields, schema))
  const failedFields = new Set(failed.map(({ field }) => field))
  const problems = second.success
    ? []
    : firstOfEachRow(second.error.issues, names).flatMap(([field, issue]) =>
        failedFields.has(field) ? [] : [problemOf(field, issue, schema, fields)],
      )
  if (second.success && failed.length === 0) return made(second.data, fields, schema)
  return { ok: false, problems: [...failed, ...problems], fields }
}

function tooLarge(fields: FieldOutcome[]): Extract<AppliedMapping<never>, { ok: false }> {
  const message = `This makes more than ${inputBytesMax / 1_000_000} MB of one event, which is more than can be sent at once. Map single values instead of whole lists or records.`
  return { ok: false, problems: [{ field: '', label: '', code: 'input_too_large', message }], fields }
}

function made<Input>(input: Input, fields: FieldOutcome[], schema: z.ZodObject): AppliedMapping<Input> {
  const careful = fields.filter(({ when, value }) => when === 'only_if_empty' && value !== undefined)
  const onlyIfEmpty = careful
    .map(({ field }) => field)
    .filter((field) => targetOf(schema, field) !== undefined)
  return { ok: true, input, fields, onlyIfEmpty }
}

function labelOf(name: string, schema: z.ZodObject): string {
  const target = targetOf(schema, name)
  return targetMeta(target?.entry ?? name, target?.schema).label
}

function valuesOf(outcomes: readonly FieldOutcome[], schema: z.ZodObject): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const entries: Record<string, Record<string, unknown>> = {}
  for (const { field: name, value, problem } of outcomes) {
    const target = value === undefined || problem ? undefined : targetOf(schema, name)
    if (!target) continue
    if (target.entry === undefined) values[target.field] = value
    else (entries[target.field] ??= {})[target.entry] = value
  }
  for (const [field, named] of Object.entries(entries)) {
    const whole = values[field]
    values[field] = typeof whole === 'object' && whole !== null ? { ...whole, ...named } : named
  }
  return values
}

/** The row that an issue is about: that of the entry, if it has one of its own, or that of the field. */
function rowOf({ path }: z.core.$ZodIssue, names: ReadonlySet<string>): string {
  const [field = '', entry] = path.map(String)
  const name = `${field}.${entry}`
  return names.has(name) ? name : field
}

function converted(outcome: FieldOutcome, schema: unknown): FieldOutcome {
  const { value, kind } = outcome
  if (value === undefined) return outcome
  const result = coerceValue(value, schema, kind === 'fixed' || kind === 'text')
  return result === value ? outcome : { ...outcome, value: result, converted: { from: value } }
}

function firstOfEachRow(
  issues: readonly z.core.$ZodIssue[],
  names: ReadonlySet<string>,
): [string, z.core.$ZodIssue][] {
  const first = new Map<string, z.core.$ZodIssue>()
  for (const issue of issues) {
    const row = rowOf(issue, names)
    if (!first.has(row)) first.set(row, issue)
  }
  return [...first]
}

function problemOf(
  field: string,
  issue: z.core.$ZodIssue,
  schema: z.ZodObject,
  outcomes: readonly FieldOutcome[],
): InputProblem {
  const target = targetOf(schema, field)
  const label = labelOf(field, schema)
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
  const expected = expectation(target?.schema)
  const isOfOtherKind =
    issue.path.length === (target?.entry === undefined ? 1 : 2) &&
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

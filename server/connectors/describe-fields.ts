import { z } from '#sdk'
import { isRequired, metaRecord, targetMeta, unwrapField } from '../../mappings/target-field.ts'
import { secretFields } from '../connections/secret-values.ts'

/** One field of a form: of a connection's credentials or of an action's input. */
export interface FormField {
  name: string
  label: string
  help: string | undefined
  kind: FieldKind
  required: boolean
  secret: boolean
  /** For `choice`: what can be chosen. */
  choices: string[] | undefined
  /** The choices in words, in the same order. */
  choiceLabels: string[] | undefined
  /** Other fields and what they must hold for this one to count; none: it always counts. */
  onlyFor: { field: string; values: string[] }[]
  /** What holds where nothing is given. */
  otherwise: unknown
  /** Where the value usually comes from, best first. */
  suggest: readonly string[]
}

export const fieldKinds = [
  'text',
  'html',
  'email',
  'url',
  'phone',
  'date',
  'time',
  'number',
  'whole_number',
  'yes_no',
  'choice',
  'list',
  'object',
  'any',
] as const
export type FieldKind = (typeof fieldKinds)[number]

/** The form that a schema stands for, in the order in which its author wrote it. */
export function describeFields(schema: z.ZodObject): FormField[] {
  const secrets = new Set(secretFields(schema))
  return Object.entries(schema.shape).map(([name, field]) => {
    const { label, help, suggest, html } = targetMeta(name, field)
    const choices = choicesOf(field)
    const inWords = metaRecord(field, 'choices')
    return {
      name,
      label,
      help,
      suggest,
      kind: html ? 'html' : kindOf(field),
      required: isRequired(field),
      secret: secrets.has(name),
      choices,
      choiceLabels: choices?.map((choice) => inWords[choice]?.[0] ?? choice),
      onlyFor: Object.entries(metaRecord(field, 'onlyFor')).map(([other, values]) => ({
        field: other,
        values,
      })),
      otherwise: defaultOf(field),
    }
  })
}

const formats: Record<string, FieldKind> = {
  email: 'email',
  url: 'url',
  e164: 'phone',
  date: 'date',
  datetime: 'time',
}

function kindOf(field: unknown): FieldKind {
  const type = unwrapField(field)
  if (type instanceof z.ZodStringFormat) return formats[type.format ?? ''] ?? 'text'
  if (type instanceof z.ZodString) return 'text'
  if (type instanceof z.ZodNumber)
    return type.format === 'safeint' || type.format === 'int32' ? 'whole_number' : 'number'
  if (type instanceof z.ZodBoolean) return 'yes_no'
  if (type instanceof z.ZodEnum || type instanceof z.ZodLiteral) return 'choice'
  if (type instanceof z.ZodArray) return 'list'
  if (type instanceof z.ZodObject || type instanceof z.ZodRecord) return 'object'
  return 'any'
}

function choicesOf(field: unknown): string[] | undefined {
  const type = unwrapField(field)
  if (type instanceof z.ZodEnum) return type.options.map(String)
  return type instanceof z.ZodLiteral ? [...type.values].map(String) : undefined
}

function defaultOf(field: unknown): unknown {
  if (!(field instanceof z.ZodType)) return undefined
  const parsed = field.safeParse(undefined)
  return parsed.success ? parsed.data : undefined
}

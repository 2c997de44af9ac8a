import { z } from 'zod'

/** What wraps a field's own type: whether it may be absent, null, has a default, is read only. */
export function unwrapField(schema: unknown): unknown {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNonOptional ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch
  ) {
    return unwrapField(schema.unwrap())
  }
  return schema instanceof z.ZodPipe ? unwrapField(schema.in) : schema
}

/** Where the value of a row goes: to a field of the action, or to an entry inside a field that holds any entries. */
export interface Target {
  field: string
  entry: string | undefined
  /** What the value has to be. */
  schema: unknown
}

/**
 * Finds the target that a row names: `email`, or `properties.lead_source` for the entry `lead_source` of a field that
 * holds entries by name. Undefined when the action has no such field.
 */
export function targetOf(schema: z.ZodObject, name: string): Target | undefined {
  if (Object.hasOwn(schema.shape, name)) return { field: name, entry: undefined, schema: schema.shape[name] }
  const dot = name.indexOf('.')
  const [field, entry] = [name.slice(0, dot), name.slice(dot + 1)]
  if (dot > 0 && entry !== '' && entry !== '__proto__' && Object.hasOwn(schema.shape, field)) {
    const holder = unwrapField(schema.shape[field])
    if (holder instanceof z.ZodRecord) return { field, entry, schema: holder.valueType }
    if (holder instanceof z.ZodObject) return withField(field, targetOf(holder, entry))
    if (holder instanceof z.ZodUnknown || holder instanceof z.ZodAny) return { field, entry, schema: holder }
  }
  const { catchall } = schema.def
  return catchall && !(catchall instanceof z.ZodNever)
    ? { field: name, entry: undefined, schema: catchall }
    : undefined
}

function withField(field: string, inner: Target | undefined): Target | undefined {
  return inner?.entry === undefined && inner ? { field, entry: inner.field, schema: inner.schema } : undefined
}

/** What a connector says about a field of its action's input, on whichever layer it says so. */
export interface TargetMeta {
  label: string
  help: string | undefined
  /** Where its value usually comes from: a path, or several in order of preference. */
  suggest: readonly string[]
  /** It holds HTML: what a mapping reads into it is escaped, what a person writes into it is not. */
  html: boolean
}

/** The label falls back to the field's name. */
export function targetMeta(field: string, schema: unknown): TargetMeta {
  const label = metaText(schema, 'label')[0]
  return {
    label: label ?? field,
    help: metaText(schema, 'help')[0],
    suggest: metaText(schema, 'suggest'),
    html: layersOf(schema).some((layer) => layer.meta()?.['html'] === true),
  }
}

/** Whether people read what the field holds, so that whatever is mapped to it is put in words. */
export function isProse(schema: unknown): boolean {
  return layersOf(schema).some((layer) => layer.meta()?.['prose'] === true)
}

/** Whether the target that a row names holds HTML. */
export function isHtmlTarget(schema: z.ZodObject | undefined, name: string): boolean {
  const target = schema && targetOf(schema, name)
  return target !== undefined && targetMeta(name, target.schema).html
}

/** A record of texts, or of lists of texts, that a connector says about a field. */
export function metaRecord(schema: unknown, name: string): Record<string, string[]> {
  for (const layer of layersOf(schema)) {
    const value = layer.meta()?.[name]
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue
    const texts = (held: unknown) =>
      (Array.isArray(held) ? held : [held]).filter((text) => typeof text === 'string')
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, texts(held)]))
  }
  return {}
}

function metaText(schema: unknown, name: string): string[] {
  for (const layer of layersOf(schema)) {
    const value = layer.meta()?.[name]
    if (typeof value === 'string') return [value]
    if (Array.isArray(value)) return value.filter((element) => typeof element === 'string')
  }
  return []
}

function layersOf(schema: unknown): z.ZodType[] {
  const inner = unwrapField(schema)
  const layers = [schema, inner].filter((layer) => layer instanceof z.ZodType)
  if (!(schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault))
    return layers
  return [...layers.slice(0, 1), ...layersOf(schema.unwrap())]
}

/** Whether an action cannot do without the field. */
export function isRequired(schema: unknown): boolean {
  return schema instanceof z.ZodType && !schema.safeParse(undefined).success
}

/** Whether the input is still one without the target. Entries by name can always be left out. */
export function isDispensable({ field, entry, schema: own }: Target, schema: z.ZodObject): boolean {
  if (entry === undefined) return !isRequired(own)
  return !(unwrapField(schema.shape[field]) instanceof z.ZodObject) || !isRequired(own)
}

/** What the field holds, in words for a message. */
export function expectation(schema: unknown): string {
  const type = unwrapField(schema)
  if (type instanceof z.ZodStringFormat) return formats[type.format ?? ''] ?? 'a text of another form'
  if (type instanceof z.ZodString) return 'a text'
  if (type instanceof z.ZodNumber) return type.format?.includes('int') ? 'a whole number' : 'a number'
  if (type instanceof z.ZodBoolean) return 'yes or no (true or false)'
  if (type instanceof z.ZodArray) return 'a list'
  if (type instanceof z.ZodEnum) return `one of ${type.options.join(', ')}`
  if (type instanceof z.ZodLiteral) return [...type.values].join(' or ')
  if (type instanceof z.ZodObject || type instanceof z.ZodRecord) return 'an object'
  return 'another kind of value'
}

const formats: Record<string, string> = {
  email: 'an email address',
  url: 'a web address',
  e164: 'a phone number such as +4930901820',
  date: 'a date such as 2026-11-22',
  datetime: 'a time such as 2026-11-22T18:00:00Z',
  uuid: 'a UUID',
}

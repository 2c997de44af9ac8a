import { z } from 'zod'
import { isBlank } from './blank.ts'
import type { FormulaErrorCode, FormulaRunner } from './formula.ts'
import { compilePath, parsePath, printPath } from './path.ts'
import type { Path } from './path.ts'
import { stepsReadByFormulas } from './steps-read-by-formulas.ts'
import { isHtmlTarget } from './target-field.ts'
import { valueAsText } from './value-as-text.ts'
import { valueInHtml } from './value-in-html.ts'
import { valueInWords } from './value-in-words.ts'

/** A value read into a text. */
export interface TextValue {
  path: string
  /** Stands in for a blank. */
  fallback?: string
}

/** How one target field gets its value. */
export type Source =
  /** The value found at the path; `fallback` where it is blank. */
  | { kind: 'field'; path: string; fallback?: string }
  /** A text with values in it, as people read them. */
  | { kind: 'text'; parts: (string | TextValue)[] }
  /** The same for everyone. */
  | { kind: 'fixed'; value: string | number | boolean }
  /** What the table says for the value found; without an entry and without `otherwise`, nothing. */
  | { kind: 'lookup'; path: string; table: Record<string, string>; otherwise?: string }
  /** JSONata, written by hand. */
  | { kind: 'formula'; expression: string }

/**
 * - `always`: whatever the source gives, blanks included.
 * - `only_if_empty`: only where the destination holds nothing yet; decided after the destination was read.
 * - `never_blank`: a blank is not sent, so that it cannot overwrite what the destination knows.
 */
export type MappingWhen = 'always' | 'only_if_empty' | 'never_blank'

export interface MappingField {
  source: Source
  when: MappingWhen
}

/** The stored form of a mapping: the target fields of an action's input, and where each comes from. */
export type MappingFields = Record<string, MappingField>

type JsonObject = Record<string, unknown>

/** What a mapping can read. Everything is plain JSON; a part may be a getter, which is touched only by rows that read it. */
export interface MappingInput {
  event: {
    id: string
    name: string
    occurred_at: string
    received_at: string
    contact: JsonObject
    properties: JsonObject
    context: JsonObject
    actor: string
    /** What the vendor posted, as parsed. */
    readonly raw: unknown
  }
  readonly contact: JsonObject | null
  readonly company: JsonObject | null
  connection: JsonObject
  /** Outputs of earlier steps of the same run, by step id. */
  steps: JsonObject
  /** RFC 3339 in UTC: the only clock a mapping has. */
  now: string
}

export interface FieldProblem {
  code: FormulaErrorCode
  data?: Record<string, unknown>
  /** For people who read logs and dry runs; the UI words `code` and `data` by itself. */
  message: string
}

/** What became of one target field. */
export interface FieldOutcome {
  field: string
  kind: Source['kind']
  when: MappingWhen
  /** Where the value comes from, in a form a person can read. */
  from: string
  /** Absent when the source gave nothing. */
  value?: unknown
  /** Set when the value was turned into the kind that the target field holds. */
  converted?: { from: unknown }
  problem?: FieldProblem
}

export interface CompiledMapping {
  /** No formula among the rows: `runInstant` does it all. */
  instant: boolean
  /** Ids of the earlier steps it reads; `*` when a formula reads them in a way that cannot be told beforehand. */
  readsSteps: readonly string[]
  /** Whether `event.raw` has to be at hand. */
  readsRaw: boolean
  /** Target fields that must not overwrite what the destination holds. */
  onlyIfEmpty: readonly string[]
  /** Never throws because of data. Only for a mapping that is `instant`. */
  runInstant(input: MappingInput): FieldOutcome[]
  /** Rows keep their order; one bad formula costs its own field only. */
  run(input: MappingInput, formulas: FormulaRunner): Promise<FieldOutcome[]>
}

/** A path may begin with these and nothing else. */
export const pathRoots = ['event', 'contact', 'company', 'connection', 'steps', 'now'] as const

/** What is sent at once is not larger, in bytes as JSON: with its history a delivery has to fit into one document. */
export const inputBytesMax = 8_000_000

const limits = {
  fields: 500,
  pathChars: 500,
  textChars: 20_000,
  tableRows: 2_000,
  formulaChars: 20_000,
} as const

/** A path into a mapping's input, as a condition reads it too. */
export const pathSchema = z
  .string()
  .max(limits.pathChars)
  .superRefine((text, context) => {
    const parsed = parsePath(text)
    if (!parsed.ok) {
      context.addIssue({ code: 'custom', message: parsed.message })
    } else if (!pathRoots.some((root) => root === parsed.path.segments[0]?.name)) {
      context.addIssue({
        code: 'custom',
        message: `“${text}” must begin with one of ${pathRoots.join(', ')}.`,
      })
    }
  })

const shortText = z.string().max(limits.textChars)
const formulaSchema = z.string().max(limits.formulaChars)

/** Checks what an API client or a configuration file gives for a mapping. */
export const mappingFieldsSchema = fieldsSchema(pathSchema, formulaSchema.min(1))

/** The same while somebody is still at it: paths and formulas need not be readable yet. */
export const mappingDraftSchema = fieldsSchema(z.string().max(limits.pathChars), formulaSchema)

function fieldsSchema(path: z.ZodType<string>, expression: z.ZodType<string>): z.ZodType<MappingFields> {
  const textValue = z.strictObject({ path, fallback: shortText.optional() })
  const source = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('field'), path, fallback: shortText.optional() }),
    z.strictObject({ kind: z.literal('text'), parts: z.array(z.union([shortText, textValue])).max(200) }),
    z.strictObject({ kind: z.literal('fixed'), value: z.union([shortText, z.number(), z.boolean()]) }),
    z.strictObject({
      kind: z.literal('lookup'),
      path,
      table: z
        .record(shortText, shortText)
        .refine(
          (table) => Object.keys(table).length <= limits.tableRows,
          `At most ${limits.tableRows} rows.`,
        ),
      otherwise: shortText.optional(),
    }),
    z.strictObject({ kind: z.literal('formula'), expression }),
  ])
  return z
    .record(
      z
        .string()
        .min(1)
        .max(200)
        .refine((field) => field !== '__proto__', 'A target field cannot be called __proto__.'),
      z.strictObject({ source, when: z.enum(['always', 'only_if_empty', 'never_blank']) }),
    )
    .refine((fields) => Object.keys(fields).length <= limits.fields, `At most ${limits.fields} fields.`)
}

interface Row {
  field: string
  kind: Source['kind']
  when: MappingWhen
  from: string
  read: (input: MappingInput) => unknown
}

/**
 * Turns the stored form into functions. Pure, and worth keeping: compile once per mapping version, run per event.
 * `schema` is the action's input: whatever a row reads into a field that holds HTML is escaped, so that nobody's name
 * becomes a tag; what a person wrote into the mapping, and what a formula gives, stays as it is.
 * Throws only for a form that `mappingFieldsSchema` would have refused.
 */
export function compileMapping(fields: MappingFields, schema?: z.ZodObject): CompiledMapping {
  const rows = Object.entries(fields).map(([field, mapped]) =>
    compileRow(field, mapped, isHtmlTarget(schema, field)),
  )
  const formulaRows = rows.filter(({ kind }) => kind === 'formula')
  const expressions = formulaRows.map(({ from }) => from)
  const instant = formulaRows.length === 0
  const formulasReadRaw = expressions.some((expression) => /\braw\b/.test(expression))
  let steps: readonly string[] | undefined

  return {
    instant,
    // Only a flow asks for it: formulas have to be parsed for that, and a preview can do without.
    get readsSteps() {
      return (steps ??= stepsRead(fields))
    },
    readsRaw: Object.values(fields).some(({ source }) => readsRaw(source)),
    onlyIfEmpty: rows.filter(({ when }) => when === 'only_if_empty').map(({ field }) => field),
    runInstant(input) {
      if (!instant) throw new Error('This mapping has formulas: use run().')
      return rows.map((row) => outcome(row, row.read(input)))
    },
    async run(input, formulas) {
      if (instant) return rows.map((row) => outcome(row, row.read(input)))
      const results = await formulas.evaluateMany(
        expressions,
        formulasReadRaw ? input : withoutRaw(input),
        new Date(input.now),
      )
      const resultOf = new Map(formulaRows.map(({ field }, at) => [field, results[at]]))
      return rows.map((row) => {
        const result = resultOf.get(row.field)
        if (!result) return outcome(row, row.read(input))
        if (result.ok) return outcome(row, result.value)
        const { code, message, position } = result
        return {
          ...outcome(row, undefined),
          problem: { code, message, ...(position !== undefined && { data: { position } }) },
        }
      })
    },
  }
}

/** What a vendor posted can be large: it is neither read nor sent along for formulas that do not mention it. */
function withoutRaw(input: MappingInput): object {
  const { id, name, occurred_at, received_at, contact, properties, context, actor } = input.event
  return { ...input, event: { id, name, occurred_at, received_at, contact, properties, context, actor } }
}

function outcome({ field, kind, when, from }: Row, value: unknown): FieldOutcome {
  if (value === undefined || (when === 'never_blank' && isBlank(value))) return { field, kind, when, from }
  return { field, kind, when, from, value }
}

function compileRow(field: string, { source, when }: MappingField, isHtml: boolean): Row {
  return { field, kind: source.kind, when, ...compileSource(source, isHtml) }
}

function compileSource(source: Source, isHtml: boolean): Pick<Row, 'from' | 'read'> {
  switch (source.kind) {
    case 'field': {
      const { from, read } = isHtml ? escaped(compileRead(source.path)) : compileRead(source.path)
      const { fallback } = source
      if (fallback === undefined) return { from, read }
      return {
        from,
        read: (input) => {
          const value = read(input)
          return isBlank(value) ? fallback : value
        },
      }
    }
    case 'text': {
      const parts = source.parts.map((part) =>
        typeof part === 'string' ? part : compileTextValue(part, isHtml),
      )
      return {
        from: parts.map((part) => (typeof part === 'string' ? part : `{${part.from}}`)).join(''),
        read: (input) => {
          let text = ''
          for (const part of parts) {
            text += typeof part === 'string' ? part : part.read(input)
            // Too large to be sent already; all of it may be longer than a text can be.
            if (text.length > inputBytesMax) break
          }
          return text
        },
      }
    }
    case 'fixed': {
      const { value } = source
      return { from: JSON.stringify(value), read: () => value }
    }
    case 'lookup': {
      const { from, read } = compileRead(source.path)
      const table = new Map(Object.entries(source.table))
      const { otherwise } = source
      return { from: `lookup(${from})`, read: (input) => table.get(valueAsText(read(input))) ?? otherwise }
    }
    case 'formula':
      return { from: source.expression, read: () => undefined }
  }
}

function compileTextValue(
  { path, fallback }: TextValue,
  isHtml: boolean,
): { from: string; read: (input: MappingInput) => string } {
  const { from, read } = isHtml ? escaped(compileRead(path)) : compileRead(path)
  return { from, read: (input) => valueInWords(read(input), fallback) }
}

/** Says so in `from`, so that a person sees it. */
function escaped({ from, read }: Pick<Row, 'from' | 'read'>): Pick<Row, 'from' | 'read'> {
  return {
    from: `escapeHtml(${from})`,
    read: (input) => {
      const value = read(input)
      return isBlank(value) ? undefined : valueInHtml(value)
    },
  }
}

function compileRead(text: string): { from: string; read: (input: MappingInput) => unknown } {
  const path = parsedPath(text)
  return { from: printPath(path), read: compilePath(path) }
}

function parsedPath(text: string): Path {
  const parsed = parsePath(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.path
}

function pathsOf(source: Source): string[] {
  switch (source.kind) {
    case 'field':
    case 'lookup':
      return [source.path]
    case 'text':
      return source.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.path]))
    case 'fixed':
    case 'formula':
      return []
  }
}

function readsRaw(source: Source): boolean {
  if (source.kind === 'formula') return /\braw\b/.test(source.expression)
  return pathsOf(source).some((text) => {
    const [root, part] = parsedPath(text).segments
    return root?.name === 'event' && (part === undefined || part.name === 'raw')
  })
}

function stepsRead(fields: MappingFields): string[] {
  const sources = Object.values(fields).map(({ source }) => source)
  const byPaths = sources.flatMap(pathsOf).flatMap((text) => {
    const [root, step] = parsedPath(text).segments
    return root?.name === 'steps' ? [step?.name ?? '*'] : []
  })
  const formulas = sources.flatMap((source) => (source.kind === 'formula' ? [source.expression] : []))
  return [...new Set([...byPaths, ...stepsReadByFormulas(formulas)])]
}

import { InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'
import type { Credentials } from './auth.ts'
import { cell, isFilled, isSame } from './cell.ts'
import type { HeldCells } from './cell.ts'
import { findHeading, nameOf, readColumn } from './headings.ts'
import type { Heading } from './headings.ts'
import { readRanges } from './read-ranges.ts'

/** Which sheet of the connection's spreadsheet an action is about. */
export const sheet = {
  sheet: z
    .string()
    .min(1)
    .optional()
    .meta({ label: 'Sheet', help: 'Its name at the bottom of the spreadsheet. Empty: the first one.' }),
}

/** By what an action finds a row. */
export const wanted = {
  ...sheet,
  keyColumn: z.string().min(1).meta({
    label: 'Find the row by this column',
    help: 'Its heading in the first row, such as Email.',
  }),
  key: cell
    .refine((value) => String(value).trim() !== '', 'A blank would find any row, or none.')
    .meta({
      label: 'Value to find',
      help: 'Capitals and blanks around do not count.',
      suggest: 'contact.email',
    }),
}

/** What an action writes. */
export const written = {
  values: z.record(z.string(), cell.meta({ prose: true })).meta({
    label: 'Columns',
    help: 'By their headings in the first row. Columns that you do not map stay as they are.',
  }),
  readAsTyped: z.boolean().default(false).meta({
    label: 'Turn dates and amounts into dates and numbers',
    help: 'As if somebody typed them. Formulas are never carried out, and phone numbers keep their plus.',
  }),
}

export interface Found {
  headings: Heading[]
  /** Counted from 1, as people do; the first one from the top comes first. */
  rows: number[]
}

type Wanted = z.output<z.ZodObject<typeof wanted>>
type Context = { http: Http; auth: Credentials }

/** The rows whose column holds the key. What `currentValues` has just found in this attempt is not asked for again. */
export async function findRows(context: Context, input: Wanted): Promise<Found> {
  const known = foundByCurrent.get(context.http)
  foundByCurrent.delete(context.http)
  return known ?? look(context, input)
}

/** By the `http` of an attempt, which `current` and the `run` after it are both handed. */
const foundByCurrent = new WeakMap<Http, Found>()

/** Google has no search, so the column is read. */
async function look(context: Context, input: Wanted): Promise<Found> {
  const { headings, column } = await readColumn(context, input)
  // The first row is the heading, which may itself be the word that is looked for.
  const rows = column.flatMap((cells, at) => (at > 0 && isSame(cells[0], input.key) ? [at + 1] : []))
  return { headings, rows }
}

/** The same where there has to be one. */
export async function findRow(
  context: Context,
  input: Wanted,
): Promise<{ headings: Heading[]; row: number }> {
  const { headings, rows } = await findRows(context, input)
  const [row] = rows
  if (row !== undefined) return { headings, row }
  throw new InputRefusedError(
    `${nameOf(input.sheet)} has no row with “${input.key}” in the column “${input.keyColumn}”. ` +
      'To have it added then, use “Add or update a row”.',
    'key',
  )
}

/** What a row holds. */
export async function readRow(context: Context, name: string | undefined, row: number): Promise<HeldCells> {
  const [rows] = await readRanges(context, name, [`${row}:${row}`])
  return rows?.[0] ?? []
}

/** What the mapped columns of the row hold now, for *only if empty there*. */
export async function currentValues(
  context: Context,
  input: Wanted & { values: Record<string, unknown> },
): Promise<{ values?: Record<string, unknown> }> {
  const found = await look(context, input)
  foundByCurrent.set(context.http, found)
  const {
    headings,
    rows: [row],
  } = found
  if (row === undefined) return {}
  const cells = await readRow(context, input.sheet, row)
  const held = Object.keys(input.values).flatMap((name) => {
    const value = cells[findHeading(headings, name, input.sheet).at]
    return isFilled(value) ? [[name, value] as const] : []
  })
  return held.length > 0 ? { values: Object.fromEntries(held) } : {}
}

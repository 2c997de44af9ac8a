import { InputRefusedError } from '#sdk'
import type { Http } from '#sdk'
import { columnLetters, wholeColumn } from './a1.ts'
import type { Credentials } from './auth.ts'
import { isFilled } from './cell.ts'
import type { Cell, HeldCells } from './cell.ts'
import { readRanges, readRangesIfThere } from './read-ranges.ts'

/** A column by the name that stands in its first row. */
export interface Heading {
  name: string
  /** Counted from 0. */
  at: number
}

/** In a column of this name the hub leaves its own mark, so that it finds its rows again. */
export const markColumn = 'switchyard_id'

/** Asks for the first row of a sheet. */
export async function readHeadings(
  context: { http: Http; auth: Credentials },
  sheet: string | undefined,
): Promise<Heading[]> {
  const [first] = await readRanges(context, sheet, ['1:1'])
  return requireHeadings(first?.[0], sheet)
}

/**
 * Asks for the first row and for the column under one of its headings. Where that column stood last time is asked for
 * along with the first row, which says in the same answer whether it still stands there: one request then, or else two.
 */
export async function readColumn(
  context: { http: Http; auth: Credentials },
  { sheet, keyColumn }: { sheet?: string; keyColumn: string },
): Promise<{ headings: Heading[]; column: HeldCells[] }> {
  const seen = placesOf(context.auth)
  const name = `${sheet ?? ''}!${plain(keyColumn)}`
  const before = seen.get(name)
  const both =
    before === undefined ? undefined : await readRangesIfThere(context, sheet, ['1:1', wholeColumn(before)])
  const [first, column = []] = both ?? (await readRanges(context, sheet, ['1:1']))
  const headings = requireHeadings(first?.[0], sheet)
  const { at } = findHeading(headings, keyColumn, sheet, 'keyColumn')
  if (both && at === before) return { headings, column }
  seen.set(name, at)
  const [moved = []] = await readRanges(context, sheet, [wholeColumn(at)])
  return { headings, column: moved }
}

/** Where columns stood when they were last looked for; forgotten with the connection's settings. */
const places = new WeakMap<Credentials, Map<string, number>>()

function placesOf(auth: Credentials): Map<string, number> {
  const known = places.get(auth) ?? new Map<string, number>()
  places.set(auth, known)
  return known
}

function requireHeadings(first: HeldCells | undefined, sheet: string | undefined): Heading[] {
  const headings = headingsIn(first ?? [])
  if (headings.length > 0) return headings
  throw new InputRefusedError(
    `${nameOf(sheet)} has no headings. Write the names of the columns into its first row.`,
    'values',
  )
}

/** The headings of a first row. A column without one is called by its letters, and so is the second of two namesakes. */
export function headingsIn(cells: HeldCells): Heading[] {
  const seen = new Set<string>()
  return cells.flatMap((held, at) => {
    if (!isFilled(held)) return []
    const text = String(held).trim()
    const name = seen.has(text) ? `${text} (${columnLetters(at)})` : text
    seen.add(name)
    return [{ name, at }]
  })
}

/** The column that a mapping means; capitals and blanks around do not count. Throws where there is none. */
export function findHeading(
  headings: readonly Heading[],
  name: string,
  sheet: string | undefined,
  field = `values.${name}`,
): Heading {
  const found = headingNamed(headings, name)
  if (found) return found
  const names = headings.map((heading) => heading.name).filter((each) => plain(each) !== markColumn)
  throw new InputRefusedError(
    `${nameOf(sheet)} has no column “${name}”. It has: ${names.join(', ')}. ` +
      'Change the mapping, or write the missing heading into the first row.',
    field,
  )
}

export function headingNamed(headings: readonly Heading[], name: string): Heading | undefined {
  return headings.find((heading) => plain(heading.name) === plain(name))
}

/** A row by its headings, without what is empty and without the hub's own mark. */
export function rowValues(headings: readonly Heading[], cells: HeldCells): Record<string, Cell> {
  const names = new Map(headings.map(({ name, at }) => [at, name]))
  return Object.fromEntries(
    cells.flatMap((held, at) => {
      const name = names.get(at) ?? columnLetters(at)
      return isFilled(held) && plain(name) !== markColumn ? [[name, held]] : []
    }),
  )
}

const plain = (name: string): string => name.trim().toLowerCase().replaceAll(/\s+/g, '_')

export const nameOf = (sheet: string | undefined): string =>
  sheet ? `The sheet “${sheet}”` : 'The first sheet'

import { InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'
import { columnLetters, rangePath, rowOfRange } from './a1.ts'
import { spreadsheetId, spreadsheetPath } from './auth.ts'
import type { Credentials } from './auth.ts'
import { isSame, typed } from './cell.ts'
import type { Cell, HeldCells } from './cell.ts'
import { findHeading, headingNamed, markColumn } from './headings.ts'
import type { Heading } from './headings.ts'

/** What is to be written, where. */
export interface RowInput {
  sheet?: string
  values: Record<string, Cell>
  readAsTyped: boolean
}

/** What later steps of a flow may use of a row. */
export interface RowOutput extends Record<string, unknown> {
  row: number
  sheetUrl: string
}

const appended = z.looseObject({ updates: z.looseObject({ updatedRange: z.string() }) })

/** Writes a new row below the last one, with the hub's mark where the sheet has a column for it. */
export async function appendRow(
  { http, auth, key }: { http: Http; auth: Credentials; key: string },
  headings: readonly Heading[],
  input: RowInput,
): Promise<RowOutput> {
  const mark = headingNamed(headings, markColumn)
  const marked: [number, Cell][] = mark ? [[mark.at, key]] : []
  const cells = cellsOf([...placed(headings, input), ...marked], 0)
  // Google looks for the table that this cell belongs to; a whole column as range would let it take another table.
  const path = `${spreadsheetPath(auth)}/values/${rangePath(input.sheet, 'A1')}:append`
  const query = { valueInputOption: optionOf(input), insertDataOption: 'INSERT_ROWS' }
  const json = { majorDimension: 'ROWS', values: [cells] }
  const { updates } = appended.parse(await http.post(path, { query, json }).json())
  return outputOf(auth, rowOfRange(updates.updatedRange) ?? 0)
}

/** Sets the mapped columns of a row; the others stay as they are. */
export async function updateRow(
  { http, auth }: { http: Http; auth: Credentials },
  headings: readonly Heading[],
  { row, ...input }: RowInput & { row: number },
): Promise<RowOutput> {
  const places = placed(headings, input).toSorted(([a], [b]) => a - b)
  const [first, last] = [places[0], places.at(-1)]
  if (!first || !last) throw new InputRefusedError('Map at least one column.', 'values')
  const range = `${columnLetters(first[0])}${row}:${columnLetters(last[0])}${row}`
  const path = `${spreadsheetPath(auth)}/values/${rangePath(input.sheet, range)}`
  const json = { majorDimension: 'ROWS', values: [cellsOf(places, first[0])] }
  await http.put(path, { query: { valueInputOption: optionOf(input) }, json })
  return outputOf(auth, row)
}

/** Whether a row holds what was to be written; where Google turned texts into dates, that cannot be told. */
export function holds(
  cells: HeldCells,
  headings: readonly Heading[],
  { sheet, values }: Pick<RowInput, 'sheet' | 'values'>,
): boolean {
  return Object.entries(values).every(([name, value]) => {
    const held = cells[findHeading(headings, name, sheet).at]
    return value === '' ? !held : isSame(held, value)
  })
}

export function outputOf(auth: Credentials, row: number): RowOutput {
  return { row, sheetUrl: `https://docs.google.com/spreadsheets/d/${spreadsheetId(auth)}/edit` }
}

/** `RAW` keeps every text as it is. The other way would carry formulas out, so what begins like one is made a text. */
const optionOf = ({ readAsTyped }: RowInput): string => (readAsTyped ? 'USER_ENTERED' : 'RAW')

function placed(headings: readonly Heading[], { sheet, values, readAsTyped }: RowInput): [number, Cell][] {
  return Object.entries(values).map(([name, value]) => [
    findHeading(headings, name, sheet).at,
    readAsTyped ? typed(value) : value,
  ])
}

/** The cells from a column on; `null` leaves one as it is. */
function cellsOf(places: readonly (readonly [number, Cell])[], from: number): (Cell | null)[] {
  const width = Math.max(...places.map(([at]) => at), from - 1) - from + 1
  const byColumn = new Map(places)
  return Array.from({ length: width }, (_, at) => byColumn.get(at + from) ?? null)
}

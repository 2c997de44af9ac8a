import { definePoll, fingerprint, InputRefusedError, UnreadableAnswerError, z } from '#sdk'
import type { Http } from '#sdk'
import { auth, spreadsheetId, spreadsheetPath, watchedSheets } from './auth.ts'
import type { Credentials } from './auth.ts'
import { isFilled } from './cell.ts'
import type { HeldCells } from './cell.ts'
import { headingNamed, headingsIn, markColumn, nameOf, rowValues } from './headings.ts'
import type { Heading } from './headings.ts'
import { readRanges } from './read-ranges.ts'
import { rowChanges } from './row-changes.ts'

/** What is remembered of a sheet between two looks at it. */
const rememberedSchema = z.strictObject({
  /** Absent in what an earlier release remembered. */
  spreadsheet: z.string().optional(),
  /** Another sheet under the same name has other rows. The first one of every spreadsheet has the number 0. */
  sheetId: z.int(),
  /**
   * Counts the looks that found something, so that a row which is deleted and added again is a fact of its own. It begins
   * with the seconds since 1970, so that a watch which is begun anew repeats no number of the one before.
   */
  turn: z.int(),
  /** What stood in the first row, and where. Absent in what an earlier release remembered. */
  headings: z.strictObject({ count: z.int(), print: z.string() }).optional(),
  /** The first row of which there is a print. */
  from: z.int(),
  /** The last row that held something. */
  last: z.int(),
  /** Four characters for each row that held something. */
  prints: z.string(),
})
type Remembered = z.output<typeof rememberedSchema>

const printLength = 4
/** As many prints as there is room for; of a longer sheet the end is watched. */
const watchedMax = 3_900
/** Looked at below the last row that held something. */
const readMax = 10_000
/** New rows told at once, since a page may hold 10 MB; whoever pastes more is served in several looks. */
const addedMax = 1_000

interface WatchedRow {
  row: number
  cells: HeldCells
  print: string
}

export const watchRows = definePoll({
  auth,
  name: 'New and changed rows',
  inbound: 'rows',
  everyMs: 60_000,
  isWanted: ({ watch }) => watch,
  subjects: watchedSheets,
  async fetch({ http, auth: credentials, now, subject }, cursor) {
    const context = { http, auth: credentials }
    const sheet = await findSheet(context, subject)
    const known = cursor === undefined ? undefined : rememberedSchema.parse(JSON.parse(cursor))
    // A sheet that lost so many rows that its watched part is gone is looked at like a new one.
    const before = known && isOf(sheet, known) && known.from <= sheet.rowCount + 1 ? known : undefined
    if (!before) return { cursor: cursorOf(await firstLook(context, sheet, known?.turn ?? seconds(now))) }

    const from = Math.max(before.from, before.last - watchedMax + 1)
    const to = Math.min(sheet.rowCount, Math.max(before.last, from) + readMax)
    const { headings, rows } = await readRows(context, sheet, { from, to })
    // A column that was put in, moved or taken out gives every row another print, and changed none of them. What was
    // changed in the same minute cannot be told apart from that.
    const isRearranged = before.headings !== undefined && !beginWith(headings, before.headings)
    const found = rowChanges(printsIn(before.prints), rows, before.from === 2).filter(
      ({ change }) => change === 'added' || !isRearranged,
    )
    const added = found.filter(({ change }) => change === 'added').map(({ row }) => row)
    // Not remembered either, so that the next look finds them.
    const untold = new Set(added.slice(addedMax))
    const changes = found.filter(({ row }) => !untold.has(row))
    const last = rows.at(-1)?.row ?? from - 1
    const more = untold.size > 0 || (to < sheet.rowCount && last === to)
    const turn = before.turn + (changes.length > 0 ? 1 : 0)
    const after = remember(sheet, { turn, headings, from, rows: rows.filter((row) => !untold.has(row)) })
    if (changes.length === 0) return { cursor: cursorOf(after), more }
    const payload = {
      spreadsheet_id: sheet.spreadsheet,
      sheet: sheet.title,
      sheet_id: sheet.id,
      turn: after.turn,
      at: now.toISOString(),
      rows: changes.map(({ row: { row, cells, print }, change }) => ({
        row,
        change,
        print,
        values: rowValues(headings, cells),
        by_hub: isByHub(headings, cells),
      })),
    }
    return { payload, cursor: cursorOf(after), more }
  },
})

type Context = { http: Http; auth: Credentials }
interface Sheet {
  spreadsheet: string
  id: number
  title: string
  rowCount: number
}

const sheetList = z.looseObject({
  sheets: z.array(
    z.looseObject({
      properties: z.looseObject({
        // Google leaves out what is zero, false or empty.
        sheetId: z.int().default(0),
        title: z.string(),
        hidden: z.boolean().default(false),
        gridProperties: z.looseObject({ rowCount: z.int().default(0) }).optional(),
      }),
    }),
  ),
})

/** A range beyond the last row is refused, so its size is asked for first. */
async function findSheet({ http, auth: credentials }: Context, name: string): Promise<Sheet> {
  const query = { fields: 'sheets.properties(sheetId,title,hidden,gridProperties.rowCount)' }
  const { sheets } = sheetList.parse(await http.get(spreadsheetPath(credentials), { query }).json())
  const all = sheets.map(({ properties }) => properties)
  const found = name === '' ? all.find(({ hidden }) => !hidden) : all.find(({ title }) => title === name)
  if (!found) {
    const titles = all.map(({ title }) => title).join(', ')
    throw new InputRefusedError(`The spreadsheet has no sheet “${name}” to watch. It has: ${titles}.`)
  }
  return {
    spreadsheet: spreadsheetId(credentials),
    id: found.sheetId,
    title: found.title,
    rowCount: found.gridProperties?.rowCount ?? 0,
  }
}

function isOf({ spreadsheet, id }: Sheet, known: Remembered): boolean {
  return known.sheetId === id && (known.spreadsheet ?? spreadsheet) === spreadsheet
}

/** What there was before anybody watched is no news. Of a long sheet only the end is looked at. */
async function firstLook(context: Context, sheet: Sheet, turn: number): Promise<Remembered> {
  let to = sheet.rowCount
  let from = Math.max(2, to - watchedMax + 1)
  let { headings, rows } = await readRows(context, sheet, { from, to })
  while (rows.length === 0 && from > 2) {
    to = from - 1
    from = Math.max(2, to - watchedMax + 1)
    ;({ headings, rows } = await readRows(context, sheet, { from, to }))
  }
  return remember(sheet, { turn, headings, from, rows })
}

async function readRows(
  context: Context,
  sheet: Sheet,
  { from, to }: { from: number; to: number },
): Promise<{ headings: Heading[]; rows: WatchedRow[] }> {
  const { title, rowCount } = sheet
  if (rowCount === 0) return { headings: [], rows: [] }
  const asked = ['1:1', ...(from <= to ? [`${from}:${to}`] : [])]
  let answer: HeldCells[][]
  try {
    answer = await readRanges(context, title, asked)
  } catch (error) {
    // How long rows are shows only when there are too many of them for one answer.
    if (!(error instanceof UnreadableAnswerError) || from >= to) throw error
    const middle = Math.floor((from + to) / 2)
    const { headings, rows } = await readRows(context, sheet, { from, to: middle })
    const rest = await readRows(context, sheet, { from: middle + 1, to })
    return { headings, rows: [...rows, ...rest.rows] }
  }
  const [first, held = []] = answer
  const headings = headingsIn(first?.[0] ?? [])
  const isComplete = completeness(headings, context.auth, title)
  const rows = held.flatMap((cells, at) =>
    cells.some(isFilled) && isComplete(cells) ? [{ row: from + at, cells, print: printOf(cells) }] : [],
  )
  return { headings, rows }
}

/** A row that is still being typed is not there yet. */
function completeness(
  headings: readonly Heading[],
  { completeColumn }: Credentials,
  title: string,
): (cells: HeldCells) => boolean {
  if (completeColumn === undefined) return () => true
  const heading = headingNamed(headings, completeColumn)
  if (heading) return (cells) => isFilled(cells[heading.at])
  throw new InputRefusedError(
    `${nameOf(title)} has no column “${completeColumn}”, which tells that a row is complete. ` +
      'Correct the connection, or write the heading into the first row.',
  )
}

function isByHub(headings: readonly Heading[], cells: HeldCells): boolean {
  const mark = headingNamed(headings, markColumn)
  return mark !== undefined && isFilled(cells[mark.at])
}

function remember(
  { spreadsheet, id }: Sheet,
  {
    turn,
    headings,
    from,
    rows,
  }: { turn: number; headings: readonly Heading[]; from: number; rows: readonly WatchedRow[] },
): Remembered {
  const kept = rows.slice(-watchedMax)
  const first = kept.length < rows.length ? (kept[0]?.row ?? from) : from
  const last = rows.at(-1)?.row ?? from - 1
  return {
    spreadsheet,
    sheetId: id,
    turn,
    headings: { count: headings.length, print: headingsPrint(headings) },
    from: first,
    last,
    prints: kept.map(({ print }) => print).join(''),
  }
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

const cursorOf = (remembered: Remembered): string => JSON.stringify(remembered)

/** A heading that was added behind the others moves nothing. */
const beginWith = (
  headings: readonly Heading[],
  { count, print }: { count: number; print: string },
): boolean => headingsPrint(headings.slice(0, count)) === print

const headingsPrint = (headings: readonly Heading[]): string =>
  fingerprint(JSON.stringify(headings)).slice(0, 12)

function printOf(cells: HeldCells): string {
  const end = cells.findLastIndex(isFilled)
  const text = JSON.stringify(cells.slice(0, end + 1).map((held) => held ?? ''))
  return Buffer.from(fingerprint(text).slice(0, 6), 'hex').toString('base64url')
}

function printsIn(prints: string): string[] {
  return Array.from({ length: prints.length / printLength }, (_, at) =>
    prints.slice(at * printLength, (at + 1) * printLength),
  )
}

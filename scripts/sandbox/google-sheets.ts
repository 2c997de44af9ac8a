import { z } from 'zod'
import { googleError, invalidArgument, noSuchPath } from './google-errors.ts'
import { areaOf, insertBelow, rangeOf, readArea, typedByHand, writeArea } from './google-grid.ts'
import type { Area, Content, Grid } from './google-grid.ts'
import { googleSignIn, jsonIn } from './google-sign-in.ts'
import { postWebhook } from './post-webhook.ts'
import { RequestRate } from './request-rate.ts'
import type { Answered, Asked, Character, Posted } from './stand-in.ts'

type Handler = (asked: Asked, parts: string[]) => Answered & { note?: string }

/** The one spreadsheet there is. */
export const sandboxSpreadsheet = 'sandbox-spreadsheet'
const scope = 'https://www.googleapis.com/auth/spreadsheets'
/** Reads and writes that Google takes from one user in a minute, counted apart. */
const limit = { requests: 60, perMs: 60_000 }

const content = z.union([z.string(), z.number(), z.boolean(), z.null()])
const written = z.looseObject({ values: z.array(z.array(content)).min(1) })

/**
 * Enough of Google Sheets for the connector: cells that are read and written as Google does it, with what Google refuses
 * and with what it does to texts that are read as if somebody typed them.
 */
export function googleSheetsStandIn(token: string, now: () => Date): Character {
  const signIn = googleSignIn(token, [scope], now)
  let held = fresh()
  let [reads, writes] = [new RequestRate(limit, now), new RequestRate(limit, now)]
  /** Formulas that a text brought in and Google would have carried out. */
  let formulas: string[] = []

  function at(
    range: string,
    use: (area: Area) => Answered & { note?: string },
  ): Answered & { note?: string } {
    const area = areaOf(held, range)
    return typeof area === 'string' ? invalidArgument(area) : use(area)
  }

  const about: Handler = () => ({
    status: 200,
    json: {
      spreadsheetId: sandboxSpreadsheet,
      properties: { title: 'Sandbox campaign', locale: 'en_GB', timeZone: 'Europe/Warsaw' },
      sheets: held.map(({ sheetId, title, rowCount, columnCount }, index) => ({
        properties: { sheetId, title, index, sheetType: 'GRID', gridProperties: { rowCount, columnCount } },
      })),
    },
  })

  const read: Handler = ({ query }, [range = '']) =>
    at(range, (area) => ({ status: 200, json: valuesOf(area, query) }))

  const readSeveral: Handler = ({ query }) => {
    const areas = query.getAll('ranges').map((range) => areaOf(held, range))
    const refused = areas.find((area) => typeof area === 'string')
    if (refused !== undefined) return invalidArgument(refused)
    const valueRanges = areas.flatMap((area) => (typeof area === 'string' ? [] : [valuesOf(area, query)]))
    return { status: 200, json: { spreadsheetId: sandboxSpreadsheet, valueRanges } }
  }

  const append: Handler = (asked, [range = '']) =>
    at(range, (area) => {
      const values = valuesIn(asked)
      if (!Array.isArray(values)) return values
      const done = insertBelow(area, values)
      const updates = { spreadsheetId: sandboxSpreadsheet, ...countsOf(done, values) }
      return { status: 200, json: { spreadsheetId: sandboxSpreadsheet, tableRange: rangeOf(area), updates } }
    })

  const update: Handler = (asked, [range = '']) =>
    at(range, (area) => {
      const values = valuesIn(asked)
      if (!Array.isArray(values)) return values
      const isTooWide = values.some(({ length }) => length > area.right - area.left)
      if (isTooWide || values.length > area.bottom - area.top)
        return invalidArgument(
          `Requested writing within range [${rangeOf(area)}], but tried writing beyond it`,
        )
      writeArea(area, values)
      return { status: 200, json: { spreadsheetId: sandboxSpreadsheet, ...countsOf(area, values) } }
    })

  /** The values of a writing request, or Google's refusal of them. */
  function valuesIn({ query, body }: Asked): Content[][] | Answered {
    const option = query.get('valueInputOption')
    if (option !== 'RAW' && option !== 'USER_ENTERED')
      return invalidArgument("'valueInputOption' is required but not specified")
    const parsed = written.safeParse(jsonIn(body))
    if (!parsed.success) return invalidArgument('Invalid JSON payload received.')
    if (option === 'RAW') return parsed.data.values
    return parsed.data.values.map((row) =>
      row.map((each) => {
        const { value, formula } = typedByHand(each)
        if (formula !== undefined) formulas.push(formula)
        return value
      }),
    )
  }

  const routes: [method: string, path: RegExp, handler: Handler][] = [
    ['GET', /^\/v4\/spreadsheets\/([^/:]+)$/, about],
    ['GET', /^\/v4\/spreadsheets\/([^/:]+)\/values:batchGet$/, readSeveral],
    ['POST', /^\/v4\/spreadsheets\/([^/:]+)\/values\/(.+):append$/, append],
    ['GET', /^\/v4\/spreadsheets\/([^/:]+)\/values\/(.+)$/, read],
    ['PUT', /^\/v4\/spreadsheets\/([^/:]+)\/values\/(.+)$/, update],
  ]

  return {
    name: 'Google Sheets stand-in',
    state: () => ({
      ...Object.fromEntries(held.map(({ title, rows }) => [title, rows])),
      'formulas carried out': formulas,
      'spreadsheet id': sandboxSpreadsheet,
      ...signIn.state(),
    }),
    reset() {
      held = fresh()
      signIn.reset()
      formulas = []
      ;[reads, writes] = [new RequestRate(limit, now), new RequestRate(limit, now)]
    },
    answer(asked) {
      const own = signIn.answer(asked)
      if (own) return own
      const who = signIn.whoAsks(asked, [scope])
      if ('status' in who) return { ...who, note: 'no access token for this' }
      if (!(asked.method === 'GET' ? reads : writes).take().ok)
        return { ...tooFast(asked.method), note: 'too fast' }
      for (const [method, path, handler] of routes) {
        const match = method === asked.method ? path.exec(asked.path) : null
        if (!match) continue
        const [id, ...parts] = match.slice(1).map(decodeURIComponent)
        if (id !== sandboxSpreadsheet) return notFound()
        return handler(asked, parts)
      }
      return noSuchPath(asked.path)
    },
    webhooks: {
      names: ['row.added', 'row.changed', 'row.deleted', 'sheet.sorted'],
      emit: async (query) => {
        for (const name of (query.get('event') ?? '').split(',')) actAsPerson(held, name, query)
        return callOf(query)
      },
    },
  }
}

/** What a script in the spreadsheet does after a change, where somebody set one up: `to` and `secret` say so. */
async function callOf(query: URLSearchParams): Promise<Posted[]> {
  const to = query.get('to')
  if (!to) return []
  const headers = { 'content-type': 'application/json', 'x-switchyard-secret': query.get('secret') ?? '' }
  return [await postWebhook(to, { headers, body: JSON.stringify({ sheet: query.get('sheet') ?? 'Leads' }) })]
}

/** Somebody works in the sheet: `sheet`, `row` and one parameter for each heading say how. */
function actAsPerson(grids: readonly Grid[], name: string, query: URLSearchParams): void {
  const grid = grids.find(({ title }) => title === (query.get('sheet') ?? 'Leads'))
  if (!grid) return
  const [headings = [], ...others] = grid.rows
  const row = Number(query.get('row') ?? grid.rows.length)
  const area = { grid, top: row - 1, left: 0, bottom: row, right: grid.columnCount }
  const values = headings.map((heading) => typedByHand(query.get(String(heading).toLowerCase())).value)
  switch (name) {
    case 'row.added':
      insertBelow({ ...area, top: 0 }, [values.some((held) => held !== null) ? values : ['new@example.org']])
      break
    case 'row.changed':
      writeArea(area, [values])
      break
    case 'row.deleted':
      grid.rows.splice(row - 1, 1)
      break
    case 'sheet.sorted':
      grid.rows = [
        headings,
        ...others.toSorted((one, other) => String(one[0]).localeCompare(String(other[0]))),
      ]
      break
  }
}

function fresh(): Grid[] {
  const size = { rowCount: 1000, columnCount: 26 }
  const leads = ['Email', 'Name', 'Phone', 'Source', 'Amount', 'switchyard_id']
  const orders = ['Order', 'Email', 'Name', 'Total', 'Currency', 'Date']
  return [
    { ...size, sheetId: 0, title: 'Leads', rows: [leads] },
    { ...size, sheetId: 1_042_007, title: 'Spring orders', rows: [orders] },
  ]
}

/** `FORMATTED_VALUE`, Google's default, makes texts of everything. */
function valuesOf(area: Area, query: URLSearchParams): Record<string, unknown> {
  const isPlain = query.get('valueRenderOption') === 'UNFORMATTED_VALUE'
  const values = readArea(area).map((row) => row.map((held) => (isPlain ? held : String(held ?? ''))))
  return { range: rangeOf(area), majorDimension: 'ROWS', ...(values.length > 0 ? { values } : {}) }
}

function countsOf(area: Area, values: readonly (readonly Content[])[]): Record<string, unknown> {
  const cells = values.flat().filter((value) => value !== null)
  const updatedColumns = Math.max(...values.map(({ length }) => length))
  return {
    updatedRange: rangeOf(area),
    updatedRows: values.length,
    updatedColumns,
    updatedCells: cells.length,
  }
}

const notFound = (): Answered =>
  googleError(404, { message: 'Requested entity was not found.', status: 'NOT_FOUND', reason: 'notFound' })

function tooFast(method: string): Answered {
  const kind = method === 'GET' ? 'Read' : 'Write'
  return googleError(429, {
    message: `Quota exceeded for quota metric '${kind} requests' and limit '${kind} requests per minute per user' of service 'sheets.googleapis.com'.`,
    status: 'RESOURCE_EXHAUSTED',
    reason: 'rateLimitExceeded',
  })
}

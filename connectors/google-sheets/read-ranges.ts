import { z } from '#sdk'
import type { Http, HttpResponse } from '#sdk'
import { rangePath } from './a1.ts'
import { spreadsheetPath } from './auth.ts'
import type { Credentials } from './auth.ts'
import { heldCells } from './cell.ts'
import type { HeldCells } from './cell.ts'

interface Context {
  http: Http
  auth: Credentials
}

/**
 * Cells as they are kept: numbers as numbers, dates as people see them. However many ranges are asked for, Google counts
 * one request.
 */
export async function readRanges(
  context: Context,
  sheet: string | undefined,
  ranges: readonly string[],
): Promise<HeldCells[][]> {
  return cellsIn(await ask(context, sheet, ranges))
}

/** The same, or nothing where Google refuses a range: the sheet has become smaller than it was. */
export async function readRangesIfThere(
  context: Context,
  sheet: string | undefined,
  ranges: readonly string[],
): Promise<HeldCells[][] | undefined> {
  const response = await ask(context, sheet, ranges, [400])
  return response.status === 400 ? undefined : cellsIn(response)
}

function ask(
  { http, auth }: Context,
  sheet: string | undefined,
  ranges: readonly string[],
  accept: readonly number[] = [],
): Promise<HttpResponse> {
  const query = {
    majorDimension: 'ROWS',
    valueRenderOption: 'UNFORMATTED_VALUE',
    dateTimeRenderOption: 'FORMATTED_STRING',
  }
  const asked = ranges.map((cells) => `ranges=${rangePath(sheet, cells)}`).join('&')
  return http.get(`${spreadsheetPath(auth)}/values:batchGet?${asked}`, { query, accept })
}

// Google leaves `values` out where there are none.
const answer = z.looseObject({
  valueRanges: z.array(z.looseObject({ values: z.array(heldCells).default([]) })),
})

function cellsIn(response: HttpResponse): HeldCells[][] {
  return answer.parse(response.json()).valueRanges.map(({ values }) => values)
}

export type Content = string | number | boolean | null

/** A sheet's cells, with Google's habits of reading and writing. */
export interface Grid {
  sheetId: number
  title: string
  rowCount: number
  columnCount: number
  /** The first one is the row of headings. */
  rows: Content[][]
}

/** Cells of a grid, counted from 0; the end is exclusive. */
export interface Area {
  grid: Grid
  top: number
  left: number
  bottom: number
  right: number
}

/**
 * What a range such as `'My Sheet'!A2:C`, `1:1` or `Leads` names. A text where Google refuses it: a sheet that is not
 * there, or cells beyond the sheet's size.
 */
export function areaOf(grids: readonly Grid[], range: string): Area | string {
  const { sheet, cells } = split(range)
  const named = grids.find(({ title }) => title === (sheet ?? cells))
  const grid = sheet === undefined ? (named ?? grids[0]) : named
  if (!grid) return `Unable to parse range: ${range}`
  const whole = { grid, top: 0, left: 0, bottom: grid.rowCount, right: grid.columnCount }
  if (cells === '' || (sheet === undefined && named)) return whole
  const parts = /^([A-Z]*)(\d*)(?::([A-Z]*)(\d*))?$/.exec(cells)
  if (!parts) return `Unable to parse range: ${range}`
  const [, left = '', top = '', right, bottom] = parts
  const area = {
    grid,
    top: top === '' ? 0 : Number(top) - 1,
    left: left === '' ? 0 : columnOf(left),
    bottom: (bottom ?? top) === '' ? grid.rowCount : Number(bottom ?? top),
    right: (right ?? left) === '' ? grid.columnCount : columnOf(right ?? left) + 1,
  }
  const isBeyond = area.top >= grid.rowCount || area.bottom > grid.rowCount || area.right > grid.columnCount
  return isBeyond
    ? `Range (${range}) exceeds grid limits. Max rows: ${grid.rowCount}, max columns: ${grid.columnCount}`
    : area
}

/** The rows of an area. Google leaves out what is empty at the end of a row, and rows that are empty at the end. */
export function readArea({ grid, top, left, bottom, right }: Area): Content[][] {
  const rows = grid.rows.slice(top, bottom).map((row) => {
    const cells = row.slice(left, right)
    const last = cells.findLastIndex((held) => held !== null && held !== '')
    return cells.slice(0, last + 1).map((held) => held ?? '')
  })
  return rows.slice(0, rows.findLastIndex((row) => row.length > 0) + 1)
}

/** Writes values from an area's first cell on. `null` leaves a cell as it is. */
export function writeArea({ grid, top, left }: Area, values: readonly (readonly Content[])[]): void {
  for (const [down, cells] of values.entries()) {
    const row = (grid.rows[top + down] ??= [])
    for (const [across, value] of cells.entries()) {
      if (value !== null) row[left + across] = value
    }
  }
  // Cells that nobody wrote to are holes until now.
  for (const [at, row] of grid.rows.entries()) grid.rows[at] = Array.from(row ?? [], (held) => held ?? null)
}

/** Below the table that begins in the area's first cell: what comes after its first empty row is not part of it. */
export function insertBelow(area: Area, values: readonly (readonly Content[])[]): Area {
  const { grid, top, left } = area
  const end = grid.rows.findIndex((row, at) => at >= top && row.every((held) => held === null || held === ''))
  const at = Math.max(end < 0 ? grid.rows.length : end, top)
  grid.rows.splice(at, 0, ...values.map(() => []))
  grid.rowCount += Math.max(0, grid.rows.length - grid.rowCount)
  const width = Math.max(1, ...values.map(({ length }) => length))
  const written = { grid, top: at, left, bottom: at + values.length, right: left + width }
  writeArea(written, values)
  return written
}

/** The area as Google writes it in its answers. */
export function rangeOf({ grid, top, left, bottom, right }: Area): string {
  const title = /^\w+$/.test(grid.title) ? grid.title : `'${grid.title.replaceAll("'", "''")}'`
  const [first, last] = [`${letters(left)}${top + 1}`, `${letters(right - 1)}${bottom}`]
  return `${title}!${first === last ? first : `${first}:${last}`}`
}

/**
 * What becomes of a text that is read as if a person typed it: numbers lose their leading zeros and their plus, a
 * formula is carried out, and an apostrophe at the beginning keeps all that from happening.
 */
export function typedByHand(value: Content): { value: Content; formula?: string } {
  if (typeof value !== 'string') return { value }
  if (value.startsWith("'")) return { value: value.slice(1) }
  if (/^[=+\-@]/.test(value) && !/^[+-]?[\d\s.,]+$/.test(value))
    return { value: '#carried out', formula: value }
  const bare = value.replaceAll(' ', '')
  return /^[+-]?\d+([.,]\d+)?$/.test(bare) ? { value: Number(bare.replace(',', '.')) } : { value }
}

function split(range: string): { sheet: string | undefined; cells: string } {
  const quoted = /^'((?:[^']|'')*)'(?:!(.*))?$/.exec(range)
  if (quoted) return { sheet: (quoted[1] ?? '').replaceAll("''", "'"), cells: quoted[2] ?? '' }
  const at = range.indexOf('!')
  return at < 0
    ? { sheet: undefined, cells: range }
    : { sheet: range.slice(0, at), cells: range.slice(at + 1) }
}

function columnOf(name: string): number {
  return [...name.matchAll(/[A-Z]/g)].reduce((sum, [letter]) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function letters(column: number): string {
  const last = String.fromCharCode(65 + (column % 26))
  return column < 26 ? last : letters(Math.floor(column / 26) - 1) + last
}

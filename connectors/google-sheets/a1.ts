/** The letters of a column, counted from 0: `A`, `Z`, `AA`. */
export function columnLetters(at: number): string {
  const last = String.fromCharCode(65 + (at % 26))
  return at < 26 ? last : columnLetters(Math.floor(at / 26) - 1) + last
}

/** A column from its first to its last row: `A:A`. */
export function wholeColumn(at: number): string {
  return `${columnLetters(at)}:${columnLetters(at)}`
}

/**
 * Cells of a sheet in the spelling of an address. Without a name it is the first sheet that is visible. A name stands in
 * quotes, with each quote in it doubled, because blanks and signs would end it otherwise.
 */
export function rangePath(sheet: string | undefined, cells: string): string {
  return encodeURIComponent(sheet ? `'${sheet.replaceAll("'", "''")}'!${cells}` : cells)
}

/** The row of a range such as `Leads!A6:D6`. */
export function rowOfRange(range: string): number | undefined {
  const row = /![A-Z]+(\d+)(?::|$)/.exec(range)?.[1]
  return row === undefined ? undefined : Number(row)
}

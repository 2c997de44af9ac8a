import { z } from '#sdk'

/** What one cell is given. */
export const cell = z.union([z.string(), z.number(), z.boolean()])
export type Cell = z.output<typeof cell>

/** What Google gives back for the cells of a row; where it ends, the rest is empty. */
export const heldCells = z.array(z.union([cell, z.null()]))
export type HeldCells = z.output<typeof heldCells>

export const isFilled = (value: Cell | null | undefined): value is Cell =>
  value !== undefined && value !== null && value !== ''

/** Whether a cell holds a key; numbers and texts of the same digits are the same, and so are capitals and small letters. */
export function isSame(held: Cell | null | undefined, wanted: Cell): boolean {
  return isFilled(held) && plain(held) === plain(wanted)
}

const plain = (value: Cell): string => String(value).trim().toLowerCase()

/**
 * A text that Google shall read as if a person typed it, so that dates become dates and amounts numbers; without what
 * would do harm then. A text that begins like a formula is one, and a stranger's form could fetch the whole sheet with
 * it; `007` and `+48 …` lose their beginning, and numbers beyond 15 digits their end. An apostrophe keeps all of these
 * as they stand, and is not shown.
 */
export function typed(value: Cell): Cell {
  if (typeof value !== 'string') return value
  const isNumber = /^-?(0|[1-9]\d{0,14})([.,]\d+)?$/.test(value)
  const isRisky = /^\s*[=+\-@']|^[\t\r\n]|^0\d|^\d{16,}$|^\d+e\d+$/i.test(value)
  return isRisky && !isNumber ? `'${value}` : value
}

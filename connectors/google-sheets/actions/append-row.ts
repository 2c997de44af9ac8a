import { defineAction, InputRefusedError, z } from '#sdk'
import { columnLetters, wholeColumn } from '../a1.ts'
import { auth } from '../auth.ts'
import { isSame } from '../cell.ts'
import { sheet, written } from '../find-rows.ts'
import { headingNamed, markColumn, readHeadings } from '../headings.ts'
import { readRanges } from '../read-ranges.ts'
import { appendRow as append, holds, outputOf } from '../write-row.ts'

export const appendRow = defineAction({
  auth,
  name: 'Add a row',
  description: 'Writes a new row below the last one.',
  // Google takes the same row twice. A doubtful try is looked for by the hub's mark, or else by its content.
  repeat: 'unsafe',
  order: 'none',
  input: z.object({ ...sheet, ...written }),
  async run(context, input) {
    if (Object.keys(input.values).length === 0)
      throw new InputRefusedError('Map at least one column.', 'values')
    return append(context, await readHeadings(context, input.sheet), input)
  },
  async confirm(context, input, { key }) {
    const headings = await readHeadings(context, input.sheet)
    const mark = headingNamed(headings, markColumn)
    if (mark) {
      const [column = []] = await readRanges(context, input.sheet, [wholeColumn(mark.at)])
      const at = column.findIndex(([held]) => isSame(held, key))
      return at < 0 ? { outcome: 'absent' } : { outcome: 'found', output: outputOf(context.auth, at + 1) }
    }
    if (input.readAsTyped) return { outcome: 'unknown' }
    const last = columnLetters(Math.max(...headings.map(({ at }) => at)))
    const [rows = []] = await readRanges(context, input.sheet, [`A:${last}`])
    // A row with the same content may be another's: only that there is none proves anything.
    const isThere = rows.some((cells, at) => at > 0 && holds(cells, headings, input))
    return { outcome: isThere ? 'unknown' : 'absent' }
  },
})

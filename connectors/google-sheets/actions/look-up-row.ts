import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { findRows, readRow, wanted } from '../find-rows.ts'
import { rowValues } from '../headings.ts'
import { outputOf } from '../write-row.ts'

export const lookUpRow = defineAction({
  auth,
  name: 'Look up a row',
  description:
    'Finds a row by one of its columns, so that later steps can use what it holds. That there is none is an answer too.',
  repeat: 'safe',
  input: z.object(wanted),
  async run(context, input) {
    const { headings, rows } = await findRows(context, input)
    const [row] = rows
    if (row === undefined) return { found: false, matches: 0 }
    const cells = await readRow(context, input.sheet, row)
    return {
      found: true,
      matches: rows.length,
      ...outputOf(context.auth, row),
      values: rowValues(headings, cells),
    }
  },
})

import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { currentValues, findRows, readRow, wanted, written } from '../find-rows.ts'
import { appendRow, holds, outputOf, updateRow } from '../write-row.ts'

/** Of some people nothing is known but what finds them: they get a row all the same. */
const anyValues = written.values.default({}).meta(written.values.meta() ?? {})

export const upsertRow = defineAction({
  auth,
  name: 'Add or update a row',
  description:
    'Finds a row by one of its columns and sets the columns you map; where there is none, adds one.',
  // While a try is still under way at Google, a second one would not see its row and add another.
  repeat: 'unsafe',
  input: z.object({ ...wanted, ...written, values: anyValues }),
  async run(context, { keyColumn, key, ...input }) {
    const { headings, rows } = await findRows(context, { ...input, keyColumn, key })
    const [row] = rows
    if (row !== undefined) {
      const isNews = Object.keys(input.values).length > 0
      const output = isNews
        ? await updateRow(context, headings, { ...input, row })
        : outputOf(context.auth, row)
      return { ...output, added: false }
    }
    const values = { [keyColumn]: key, ...input.values }
    return { ...(await appendRow(context, headings, { ...input, values })), added: true }
  },
  async confirm(context, input) {
    const { headings, rows } = await findRows(context, input)
    const [row] = rows
    if (row === undefined) return { outcome: 'absent' }
    const cells = await readRow(context, input.sheet, row)
    // The row is there: setting its columns again changes nothing more.
    if (input.readAsTyped || !holds(cells, headings, input)) return { outcome: 'absent' }
    return { outcome: 'found', output: outputOf(context.auth, row) }
  },
  async current(context, input) {
    return currentValues(context, input)
  },
})

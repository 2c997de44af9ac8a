import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { currentValues, findRow, wanted, written } from '../find-rows.ts'
import { updateRow as update } from '../write-row.ts'

export const updateRow = defineAction({
  auth,
  name: 'Update a row',
  description:
    'Finds a row by one of its columns and sets the columns you map. Of several rows it is the first from the top.',
  repeat: 'safe',
  input: z.object({ ...wanted, ...written }),
  async run(context, input) {
    const { headings, row } = await findRow(context, input)
    return update(context, headings, { ...input, row })
  },
  async current(context, input) {
    return currentValues(context, input)
  },
})

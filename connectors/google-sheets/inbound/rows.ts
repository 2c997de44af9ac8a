import { defineInbound, isIdentified, unsigned, z } from '#sdk'
import type { EventDraft } from '#sdk'
import { auth } from '../auth.ts'
import { cell } from '../cell.ts'
import { contactIn } from '../contact-in.ts'

const rowItem = z.looseObject({
  spreadsheet_id: z.string().min(1),
  sheet: z.string().min(1),
  sheet_id: z.int(),
  turn: z.int(),
  at: z.iso.datetime(),
  row: z.int(),
  change: z.enum(['added', 'updated']),
  print: z.string(),
  values: z.record(z.string(), cell),
  by_hub: z.boolean(),
})
type RowItem = z.output<typeof rowItem>

const look = z.looseObject({ rows: z.array(z.looseObject({})) })

/** What a look at the sheet found. Nobody posts this. */
export const rows = defineInbound({
  id: 'rows',
  auth,
  recognise: () => false,
  signature: unsigned('Only the hub’s own look at the sheet fills it.'),
  split(payload) {
    const parsed = look.safeParse(payload)
    if (!parsed.success) return [payload]
    const { rows: found, ...about } = parsed.data
    return found.map((row) => ({ ...about, ...row }))
  },
  item: rowItem,
  // A row has no name of its own; the same look made twice comes to the same.
  dedupeKey: ({ sheet_id, turn, row, print }) => `${sheet_id}:${turn}:${row}:${print}`,
  normalise: (item) => (isEcho(item) ? [] : [eventOf(item)]),
})

/** A row that the hub wrote itself is no news; a flow that adds rows to the sheet it listens to would never end. */
const isEcho = ({ change, by_hub }: RowItem): boolean => change === 'added' && by_hub

function eventOf({ spreadsheet_id, sheet, sheet_id, row, change, values, at }: RowItem): EventDraft {
  const contact = contactIn(values)
  return {
    name: change === 'added' ? 'sheet.row_added' : 'sheet.row_updated',
    occurred_at: at,
    ...(isIdentified(contact) ? { contact } : {}),
    properties: {
      spreadsheet_id,
      sheet,
      row,
      values,
      url: `https://docs.google.com/spreadsheets/d/${spreadsheet_id}/edit#gid=${sheet_id}&range=${row}:${row}`,
    },
  }
}

import { defineConnector, defineTrigger } from '#sdk'
import { appendRow } from './actions/append-row.ts'
import { lookUpRow } from './actions/look-up-row.ts'
import { updateRow } from './actions/update-row.ts'
import { upsertRow } from './actions/upsert-row.ts'
import { auth, serviceAccount } from './auth.ts'
import { explain } from './explain.ts'
import { rows } from './inbound/rows.ts'
import { scriptCall } from './inbound/script-call.ts'
import { watchRows } from './watch-rows.ts'

const triggers = {
  rowAdded: defineTrigger({
    name: 'New row',
    description: 'A row was added to a sheet, by a person, a form or another tool.',
    events: ['sheet.row_added'],
  }),
  rowUpdated: defineTrigger({
    name: 'Row changed',
    description: 'The content of a row changed.',
    events: ['sheet.row_updated'],
  }),
}

export default defineConnector({
  id: 'google-sheets',
  name: 'Google Sheets',
  description:
    'Rows of a Google spreadsheet: new ones start flows, and flows add, update and look up others.',
  version: 1,
  auth,
  inbound: [scriptCall, rows],
  triggers,
  actions: { appendRow, updateRow, upsertRow, lookUpRow },
  polls: { rows: watchRows },
  explain,
  // Google takes 60 reads and 60 writes a minute of one account, however many ranges a request is about
  // (https://developers.google.com/workspace/sheets/api/limits, November 2026).
  limits: { rate: { requests: 55, perMs: 60_000, readsApart: true }, account: serviceAccount },
})

import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'

const pathOf = (email: string) =>
  `communication-preferences/v4/statuses/${encodeURIComponent(email)}/unsubscribe-all?channel=EMAIL`

export const unsubscribe = defineAction({
  auth,
  name: 'Unsubscribe from all email',
  description: 'HubSpot sends no marketing email to this address any more. Only the person can undo it.',
  repeat: 'safe',
  input: z.object({ email: z.email().meta({ label: 'Email', suggest: 'contact.email' }) }),
  request: ({ email }) => ({ method: 'POST', path: pathOf(email) }),
  async run({ http }, { email }) {
    await http.post(pathOf(email))
    return { email }
  },
})

import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { requireSuccess } from '../succeeded.ts'

export const sendEmail = defineAction({
  auth,
  name: 'Send an email to a contact',
  description:
    'Sends one of Mautic’s template emails. Mautic sends it even to who has unsubscribed, so use it for what a person needs, such as a receipt.',
  repeat: 'unsafe',
  staleAfterMs: 24 * 3_600_000,
  input: z.object({
    emailId: z
      .string()
      .regex(/^\d+$/, 'is the number of an email')
      .meta({ label: 'Email id', help: 'The number in the list of emails. It must be a template email.' }),
    ...person,
    tokens: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .meta({
        label: 'Tokens',
        help: 'What stands in the email as {order} is mapped as order.',
      }),
  }),
  async run({ http }, { emailId, tokens = {}, ...who }) {
    const id = await requireContactId(http, who)
    const braced = Object.entries(tokens).map(([name, value]) => [
      /^\{.*\}$/.test(name) ? name : `{${name}}`,
      String(value),
    ])
    const json = braced.length > 0 ? { tokens: Object.fromEntries(braced) } : {}
    const answer = await http.post(`api/emails/${emailId}/contact/${id}/send`, { json })
    requireSuccess(answer, 'Mautic did not send the email.')
    return { contactId: id, emailId }
  },
})

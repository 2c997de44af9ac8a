import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { requireSuccess } from '../succeeded.ts'

export const changePoints = defineAction({
  auth,
  name: 'Add or subtract points',
  description: 'Raises or lowers the score of a contact.',
  // Twice would count twice, and nothing in Mautic tells one change from another of the same size.
  repeat: 'unsafe',
  input: z.object({
    ...person,
    points: z
      .int()
      .min(-100_000)
      .max(100_000)
      .refine((points) => points !== 0, 'must not be 0')
      .meta({ label: 'Points', help: 'A whole number; a negative one subtracts.' }),
    reason: z.string().max(255).optional().meta({
      label: 'Reason',
      help: 'Shown in the history of the contact.',
    }),
  }),
  async run({ http }, { points, reason, ...who }) {
    const id = await requireContactId(http, who)
    const path = `api/contacts/${id}/points/${points > 0 ? 'plus' : 'minus'}/${Math.abs(points)}`
    const json = { actionName: 'Switchyard', ...(reason === undefined ? {} : { eventName: reason }) }
    requireSuccess(await http.post(path, { json }), 'Mautic did not change the points.')
    return { contactId: id, points }
  },
})

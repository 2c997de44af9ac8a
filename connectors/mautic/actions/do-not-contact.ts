import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'

const channel = z
  .enum(['email', 'sms'])
  .default('email')
  .meta({ label: 'Channel', choices: { email: 'Email', sms: 'Text message' } })

/** Mautic's numbers for why somebody is not to be written to; 0 would be refused. */
const reasons = { unsubscribed: 1, bounced: 2, manual: 3 }

export const unsubscribe = defineAction({
  auth,
  name: 'Unsubscribe a contact',
  description: 'Mautic writes to this contact no more through the channel (Do Not Contact).',
  repeat: 'safe',
  input: z.object({
    ...person,
    channel,
    reason: z
      .enum(['unsubscribed', 'bounced', 'manual'])
      .default('unsubscribed')
      .meta({
        label: 'Reason',
        choices: { unsubscribed: 'Unsubscribed', bounced: 'Bounced', manual: 'By hand' },
      }),
    comments: z.string().optional().meta({ label: 'Comment', help: 'Such as where the wish came from.' }),
  }),
  async run({ http }, { channel: by, reason, comments, ...who }) {
    const id = await requireContactId(http, who)
    const json = { reason: reasons[reason], ...(comments === undefined ? {} : { comments }) }
    await http.post(`api/contacts/${id}/dnc/${by}/add`, { json })
    return { contactId: id, channel: by }
  },
})

export const resubscribe = defineAction({
  auth,
  name: 'Lift an unsubscription',
  description:
    'Takes the contact off Do Not Contact. Only with proof that the person asked for it: it lifts bounces and their own wish alike.',
  repeat: 'safe',
  input: z.object({ ...person, channel }),
  async run({ http }, { channel: by, ...who }) {
    const id = await requireContactId(http, who)
    await http.post(`api/contacts/${id}/dnc/${by}/remove`)
    return { contactId: id, channel: by }
  },
})

import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { isSince } from '../recent.ts'
import { requireSuccess } from '../succeeded.ts'

const input = z.object({
  campaignId: z
    .string()
    .regex(/^\d+$/, 'is the number of a campaign')
    .meta({ label: 'Campaign id', help: 'The number in the list of campaigns.' }),
  ...person,
})

const membership = z.looseObject({ dateAdded: z.string().nullish() })
const memberships = z.looseObject({
  campaigns: z.union([z.record(z.string(), membership), z.array(membership)]),
})

export const addToCampaign = defineAction({
  auth,
  name: 'Add a contact to a campaign',
  description: 'The contact enters the campaign. The campaign must be published.',
  // Where a campaign allows to be restarted, adding somebody once more starts it for them once more.
  repeat: 'unsafe',
  input,
  async run({ http }, { campaignId, ...who }) {
    const id = await requireContactId(http, who)
    const answer = await http.post(`api/campaigns/${campaignId}/contact/${id}/add`)
    requireSuccess(answer, 'Mautic did not add the contact.')
    return { contactId: id, campaignId }
  },
  async confirm({ http }, { campaignId, ...who }, { since }) {
    const id = await requireContactId(http, who)
    const { campaigns } = memberships.parse(await http.get(`api/contacts/${id}/campaigns`).json())
    const member = Array.isArray(campaigns) ? undefined : campaigns[campaignId]
    if (!member) return { outcome: 'absent' }
    // Somebody who was in it already may have been started anew, which shows nowhere.
    return isSince(member.dateAdded, since)
      ? { outcome: 'found', output: { contactId: id, campaignId } }
      : { outcome: 'unknown' }
  },
})

export const removeFromCampaign = defineAction({
  auth,
  name: 'Remove a contact from a campaign',
  description: 'Ends the contact’s way through the campaign. Who is not in it stays out.',
  repeat: 'safe',
  input,
  async run({ http }, { campaignId, ...who }) {
    const id = await requireContactId(http, who)
    const answer = await http.post(`api/campaigns/${campaignId}/contact/${id}/remove`)
    requireSuccess(answer, 'Mautic did not remove the contact.')
    return { contactId: id, campaignId }
  },
})

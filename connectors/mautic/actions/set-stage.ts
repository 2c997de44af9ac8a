import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { idText } from '../contact.ts'
import { contactByEmail, person, requireContactId } from '../find-contact.ts'

const staged = z.looseObject({ stage: z.looseObject({ id: idText.nullish() }).nullish() })

export const setStage = defineAction({
  auth,
  name: 'Move a contact to a stage',
  description: 'Sets the stage of a contact, such as lead or customer.',
  repeat: 'safe',
  input: z.object({
    ...person,
    stageId: z
      .string()
      .regex(/^\d+$/, 'is the number of a stage')
      .meta({ label: 'Stage id', help: 'The number in the list of stages.' }),
  }),
  async run({ http }, { stageId, ...who }) {
    const id = await requireContactId(http, who)
    await http.patch(`api/contacts/${id}/edit`, { json: { stage: Number(stageId) } })
    return { contactId: id, stageId }
  },
  async current({ http }, { contactId, email }) {
    const id = contactId ?? (email ? (await contactByEmail(http, email))?.id : undefined)
    if (!id) return {}
    const answer = await http.get(`api/contacts/${id}`, { accept: [404] })
    if (answer.status === 404) return {}
    const stage = staged.parse(z.looseObject({ contact: z.unknown() }).parse(answer.json()).contact).stage
    return stage?.id ? { stageId: stage.id } : {}
  },
})

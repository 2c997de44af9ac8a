import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { requireSuccess } from '../succeeded.ts'

const input = z.object({
  segmentId: z
    .string()
    .regex(/^\d+$/, 'is the number of a segment')
    .meta({ label: 'Segment id', help: 'The number in the list of segments.' }),
  ...person,
})

/** Both directions are one request that differs in a word, and both may be sent twice. */
function membership(words: { verb: 'add' | 'remove'; name: string; description: string }) {
  return defineAction({
    auth,
    name: words.name,
    description: words.description,
    repeat: 'safe',
    input,
    async run({ http }, { segmentId, ...who }) {
      const id = await requireContactId(http, who)
      const answer = await http.post(`api/segments/${segmentId}/contact/${id}/${words.verb}`)
      requireSuccess(answer, 'Mautic did not change the segment.')
      return { contactId: id, segmentId }
    },
  })
}

export const addToSegment = membership({
  verb: 'add',
  name: 'Add a contact to a segment',
  description: 'Puts the contact into a segment by hand. Who is in it stays in it.',
})

export const removeFromSegment = membership({
  verb: 'remove',
  name: 'Remove a contact from a segment',
  description: 'Takes the contact out of a segment; its filters do not put them back.',
})

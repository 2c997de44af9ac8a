import { defineAction, InputRefusedError, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'

const day = 24 * 3_600_000

export const createTask = defineAction({
  auth,
  name: 'Create a task',
  description: 'Gives a colleague something to do about a contact or a deal.',
  repeat: 'unsafe',
  input: z.object({
    title: z.string().optional().meta({ label: 'Title' }),
    note: z.string().optional().meta({ label: 'Notes', prose: true }),
    taskTypeId: z.string().min(1).default('1').meta({
      label: 'Task type id',
      help: 'The number of the type, such as 1 for the first of your account.',
    }),
    dueAt: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ label: 'Due', help: 'Without it, the task is due a day later.' }),
    assignee: z.string().optional().meta({ label: 'Assigned to', help: 'A user’s number.' }),
    ...person,
    dealId: z.string().optional().meta({
      label: 'Deal id',
      help: 'Then the task belongs to the deal and not to the contact.',
      suggest: 'event.properties.deal_id',
    }),
  }),
  async run({ http, now }, { title, note, taskTypeId, dueAt, assignee, dealId, ...who }) {
    if (!dealId && !who.contactId && !who.email) {
      throw new InputRefusedError('Map the contact’s id or email, or a deal’s id.', 'email')
    }
    const owner = dealId
      ? { ownerType: 'deal', relid: dealId }
      : { ownerType: 'contact', relid: await requireContactId(http, who) }
    const duedate = dueAt ?? new Date(now.getTime() + day).toISOString()
    const json = { dealTask: { ...owner, duedate, dealTasktype: taskTypeId, title, note, assignee } }
    const answer = await http.post('api/3/dealTasks', { json }).json()
    return { id: z.looseObject({ dealTask: z.looseObject({ id: z.string() }) }).parse(answer).dealTask.id }
  },
})

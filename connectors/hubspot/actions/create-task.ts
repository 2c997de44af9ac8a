import { defineAction, z } from '#sdk'
import { associate } from '../associate.ts'
import { auth } from '../auth.ts'
import { findContactId, person } from '../find-contact.ts'

export const createTask = defineAction({
  auth,
  name: 'Create a task',
  description: 'Gives a colleague something to do, such as calling the contact.',
  repeat: 'unsafe',
  input: z.object({
    subject: z.string().min(1).meta({ label: 'Title' }),
    // HubSpot shows it as HTML, in which a new line is none.
    body: z.string().optional().meta({ label: 'Notes', html: true }),
    // HubSpot's own words for the kinds of a task (property hs_task_type).
    type: z
      .enum(['TODO', 'CALL', 'EMAIL'])
      .default('TODO')
      .meta({ label: 'Kind', choices: { TODO: 'To do', CALL: 'Call', EMAIL: 'Email' } }),
    priority: z
      .enum(['NONE', 'LOW', 'MEDIUM', 'HIGH'])
      .default('NONE')
      .meta({ label: 'Priority', choices: { NONE: 'None', LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High' } }),
    dueAt: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ label: 'Due', help: 'Without it, the task is due at once.' }),
    hubspot_owner_id: z.string().optional().meta({ label: 'Assigned to', help: 'The owner’s id.' }),
    ...person,
    dealId: z.string().optional().meta({ label: 'Deal id', suggest: 'event.properties.deal_id' }),
  }),
  async run({ http, now }, { subject, body, type, priority, dueAt, hubspot_owner_id, dealId, ...who }) {
    const contact = await findContactId(http, who)
    const properties = {
      hs_task_subject: subject,
      hs_task_body: body,
      hs_task_type: type,
      hs_task_priority: priority,
      hs_task_status: 'NOT_STARTED',
      hs_timestamp: dueAt ?? now.toISOString(),
      hubspot_owner_id,
    }
    const associations = [...associate('taskToContact', contact), ...associate('taskToDeal', dealId)]
    const answer = await http.post('crm/v3/objects/tasks', { json: { properties, associations } }).json()
    return { id: z.looseObject({ id: z.string() }).parse(answer).id }
  },
})

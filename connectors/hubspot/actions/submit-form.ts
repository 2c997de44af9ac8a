import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'

export const submitForm = defineAction({
  auth,
  name: 'Submit a form',
  description: 'Fills in a HubSpot form for the contact, so that HubSpot’s own workflows of that form run.',
  repeat: 'unsafe',
  input: z.object({
    portalId: z
      .string()
      .min(1)
      .meta({ label: 'Account id', help: 'The number at the top right of HubSpot.' }),
    formGuid: z.guid().meta({ label: 'Form id', help: 'In the address of the form’s page.' }),
    region: z
      .enum(['na1', 'eu1'])
      .default('na1')
      .meta({
        label: 'Data centre',
        help: 'Europe if HubSpot’s address starts with app-eu1.',
        choices: { na1: 'North America (na1)', eu1: 'Europe (eu1)' },
      }),
    email: z.email().meta({ label: 'Email', suggest: 'contact.email' }),
    fields: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .meta({
        label: 'Other fields of the form',
        help: 'By internal name. A field that the form does not have is refused.',
      }),
    pageUri: z.string().optional().meta({ label: 'Page address', suggest: 'event.context.page.url' }),
    pageName: z.string().optional().meta({ label: 'Page title', suggest: 'event.context.page.title' }),
    ipAddress: z.string().optional().meta({ label: 'IP address', suggest: 'event.context.ip' }),
  }),
  async run({ http, now }, { portalId, formGuid, region, email, fields, ...context }) {
    const host = region === 'eu1' ? 'https://api-eu1.hsforms.com' : 'https://api.hsforms.com'
    const values = Object.entries({ email, ...fields })
    const json = {
      submittedAt: String(now.getTime()),
      fields: values.map(([name, value]) => ({ objectTypeId: '0-1', name, value: String(value) })),
      context,
    }
    const path = `${host}/submissions/v3/integration/secure/submit/${encodeURIComponent(portalId)}/${formGuid}`
    const answer = z.looseObject({ redirectUri: z.string().nullish(), inlineMessage: z.string().nullish() })
    const { redirectUri, inlineMessage } = answer.parse(await http.post(path, { json }).json())
    return { redirectUri, inlineMessage }
  },
})

import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'

const input = z.object({
  dealId: z.string().min(1).meta({ label: 'Deal id', suggest: 'event.properties.deal_id' }),
  dealstage: z.string().min(1).meta({ label: 'New stage', help: 'The stage’s id, such as closedwon.' }),
  pipeline: z
    .string()
    .optional()
    .meta({ label: 'Pipeline', help: 'Only to move the deal into another pipeline.' }),
})

const pathOf = ({ dealId }: { dealId: string }) => `crm/v3/objects/deals/${encodeURIComponent(dealId)}`
const bodyOf = ({ dealId: _, ...properties }: z.output<typeof input>) => ({ properties })

export const moveDeal = defineAction({
  auth,
  name: 'Move a deal to another stage',
  description: 'Sets the stage of a deal. Moving it to where it already is changes nothing.',
  repeat: 'safe',
  input,
  request: (mapped) => ({ method: 'PATCH', path: pathOf(mapped), json: bodyOf(mapped) }),
  async run({ http }, mapped) {
    await http.patch(pathOf(mapped), { json: bodyOf(mapped) })
    return { id: mapped.dealId }
  },
  async current({ http }, mapped) {
    const answer = await http.get(pathOf(mapped), {
      query: { properties: 'dealstage,pipeline' },
      accept: [404],
    })
    if (answer.status === 404) return {}
    const held = z.looseObject({
      properties: z.looseObject({ dealstage: z.string().nullish(), pipeline: z.string().nullish() }),
    })
    const { dealstage, pipeline } = held.parse(answer.json()).properties
    return { dealstage, pipeline }
  },
})

import { defineAction, InputRefusedError, z } from '#sdk'
import { auth } from '../auth.ts'
import { dealFields, writtenDeal } from '../deal-fields.ts'

const input = z.object({
  dealId: z.string().min(1).meta({ label: 'Deal id', suggest: 'event.properties.deal_id' }),
  stage: z.string().optional().meta({ label: 'New stage id' }),
  group: z.string().optional().meta({
    label: 'Pipeline id',
    help: 'Only to move the deal into another pipeline; the stage must be one of it.',
  }),
  title: z.string().optional().meta({ label: 'Title' }),
  value: z.number().min(0).optional().meta({ label: 'Value' }),
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/, 'is three letters, such as EUR')
    .optional()
    .meta({ label: 'Currency' }),
  ...dealFields,
})

const pathOf = ({ dealId }: { dealId: string }) => `api/3/deals/${encodeURIComponent(dealId)}`
const bodyOf = ({ dealId: _, ...deal }: z.output<typeof input>) => ({ deal: writtenDeal(deal) })

const text = z.string().nullish()
const held = z.looseObject({
  deal: z.looseObject({
    title: text,
    stage: text,
    group: text,
    value: z.union([z.string(), z.number()]).nullish(),
    currency: text,
    owner: text,
    description: text,
    percent: z.union([z.string(), z.number()]).nullish(),
    status: z.union([z.string(), z.number()]).nullish(),
  }),
})
const statuses = ['open', 'won', 'lost']

export const updateDeal = defineAction({
  auth,
  name: 'Move or change a deal',
  description: 'Moves a deal to another stage, marks it won or lost, or changes what you map.',
  repeat: 'safe',
  input,
  request: (mapped) => ({ method: 'PUT', path: pathOf(mapped), json: bodyOf(mapped) }),
  async run({ http }, mapped) {
    const json = bodyOf(mapped)
    if (Object.keys(json.deal).length === 0) {
      throw new InputRefusedError('Map at least one thing to change, such as the new stage.', 'stage')
    }
    await http.put(pathOf(mapped), { json })
    return { id: mapped.dealId }
  },
  async current({ http }, mapped) {
    const answer = await http.get(pathOf(mapped), { accept: [404] })
    if (answer.status === 404) return {}
    const { title, stage, group, value, currency, owner, description, percent, status } = held.parse(
      answer.json(),
    ).deal
    const filled = {
      title,
      stage,
      group,
      value: value ? Number(value) / 100 : undefined,
      currency: currency?.toUpperCase(),
      owner,
      description,
      percent: percent ? Number(percent) : undefined,
      status: statuses[Number(status ?? 0)],
    }
    return Object.fromEntries(Object.entries(filled).filter(([, each]) => each))
  },
})

import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { Split } from '../../ui/Split.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { eventsWords } from '../flows/flow-words.ts'
import { CreateFromPreset } from '../flows/MappingChoice.tsx'
import { emptyDefinition, newStep } from '../flows/definition.ts'
import { useCreateFlow } from '../flows/use-create-flow.ts'
import type { Connector, Tools } from '../flows/use-tools.ts'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'
import { MappingTable } from './MappingTable.tsx'
import { RecipeFields } from './recipe.ts'
import { VendorConnection } from './VendorConnection.tsx'

export const WholeRecipeFields = graphql(
  `
    fragment WholeRecipeFields on Preset {
      ...RecipeFields
      fields
      action {
        name
        input {
          name
          label
        }
      }
    }
  `,
  [RecipeFields],
)

/** One recipe: which accounts it uses, what goes where, and the flow that is made of it. */
export function UseRecipe({
  recipe: masked,
  tools,
}: {
  recipe: FragmentOf<typeof WholeRecipeFields>
  tools: Tools
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { fields, action, ...rest } = readFragment(WholeRecipeFields, masked)
  const { id, name, from, to, actionId, events } = readFragment(RecipeFields, rest)
  const form = useForm({ name })
  const [chosen, setChosen] = useState<{ from?: string; to?: string }>({})
  const take = useChange(CreateFromPreset, ({ answer }) => answer)
  const create = useCreateFlow(form.show)
  const of = (vendor: string) => tools.connections.filter(({ connectorId }) => connectorId === vendor)
  const source = chosen.from ?? of(from)[0]?.id ?? ''
  const destination = chosen.to ?? of(to)[0]?.id ?? ''
  const isReady = source !== '' && destination !== ''
  const words = eventsWords({ connectionId: source || null, events }, tools)
  const problem = take.problem ?? create.problem
  const [sender, receiver] = [tools.connector(from), tools.connector(to)]

  async function make(): Promise<void> {
    if (!form.hasAll(['name'], t('ui.required'))) return
    const mapping = await take.send({ presetId: id, name: form.values.name })
    if (!mapping) return
    const step = { ...newStep(), connectionId: destination, actionId, mappingId: mapping.id }
    const flow = await create.send(form.values.name, {
      ...emptyDefinition,
      trigger: { connectionId: source, events },
      steps: [step],
    })
    if (flow) await navigate({ to: '/flows/$flowId', params: { flowId: flow.id } })
  }

  const vendor = (connector: Connector | undefined, role: string, value: string, key: 'from' | 'to') =>
    connector && (
      <VendorConnection
        role={role}
        vendor={connector}
        connections={of(connector.id)}
        chosen={value}
        onChoose={(next) => setChosen({ ...chosen, [key]: next })}
        back={`/flows/new?recipe=${encodeURIComponent(id)}`}
      />
    )
  return (
    <Split
      main={
        <NeedsRole role="marketer">
          <Section title={t('recipe.make')} about={t('recipe.makeAbout')} framed>
            <Form onSend={() => void make()}>
              {vendor(sender, t('recipe.when', { events: words }), source, 'from')}
              {vendor(receiver, t('recipe.do', { action: action?.name ?? actionId }), destination, 'to')}
              <TextField label={t('flow.name')} required autoComplete="off" {...form.field('name')} />
              {!isReady && <Notice>{t('recipe.notReady')}</Notice>}
              {problem && <Notice tone="bad">{problem}</Notice>}
              <Button type="submit" kind="primary" disabled={!isReady} busy={take.isBusy || create.isBusy}>
                {t('recipe.doMake')}
              </Button>
            </Form>
          </Section>
        </NeedsRole>
      }
      side={
        <Section title={t('recipe.fields')} about={t('recipe.fieldsAbout')}>
          <MappingTable fields={fields} input={action?.input ?? []} />
        </Section>
      }
      sideLabel={t('recipe.fields')}
    />
  )
}

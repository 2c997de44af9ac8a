import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
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
import { conditionWords } from '../conditions/condition-words.ts'
import { eventsWords } from '../flows/flow-words.ts'
import type { Tools } from '../flows/use-tools.ts'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'
import { CreateFromRecipe } from './create-from-recipe.ts'
import { destinations, RecipeFields } from './recipe.ts'
import { RecipeSteps, RecipeStepFields } from './RecipeSteps.tsx'
import { VendorConnection } from './VendorConnection.tsx'

export const WholeRecipeFields = graphql(
  `
    fragment WholeRecipeFields on Recipe {
      ...RecipeFields
      filter
      entry
      steps {
        id
        name
        to
        actionId
        asks
        action {
          name
          input {
            name
            label
          }
        }
        ...RecipeStepFields
      }
    }
  `,
  [RecipeFields, RecipeStepFields],
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
  const navigate = useNavigate({ from: '/flows/new' })
  const { href: back } = useLocation()
  // In the address, so that it is still there when somebody comes back from connecting what is missing.
  const { name: typed } = useSearch({ from: '/shell/flows/new' })
  const { filter, entry, steps, ...rest } = readFragment(WholeRecipeFields, masked)
  const { id, name, from, events } = readFragment(RecipeFields, rest)
  const form = useForm({ name: typed ?? name })
  const [chosen, setChosen] = useState<{ from?: string; to: Record<string, string> }>({ to: {} })
  const create = useChange(CreateFromRecipe, ({ answer }) => answer, form.show)
  const of = (vendor: string) => tools.connections.filter(({ connectorId }) => connectorId === vendor)
  // Of several accounts only a person knows which one is meant.
  const only = (vendor: string) => {
    const [first, ...others] = of(vendor)
    return first && others.length === 0 ? first.id : ''
  }
  const source = chosen.from ?? only(from)
  const destination = (vendor: string) => chosen.to[vendor] ?? only(vendor)
  const isReady = source !== '' && steps.every(({ to }) => destination(to) !== '')
  const when = eventsWords({ connectionId: source || null, events }, tools)
  const does = (vendor: string) => {
    const actions = steps.flatMap(({ to, action, actionId }) =>
      to === vendor ? [action?.name ?? actionId] : [],
    )
    return [...new Set(actions)].join(', ')
  }

  function rename(next: string): void {
    form.field('name').onChange(next)
    void navigate({ search: (now) => ({ ...now, name: next }), replace: true, resetScroll: false })
  }
  async function make(): Promise<void> {
    if (!form.hasAll(['name'], t('ui.required'))) return
    const flow = await create.send({
      recipeId: id,
      name: form.values.name,
      sourceConnectionId: source,
      stepConnectionIds: steps.map(({ to }) => destination(to)),
    })
    // In the place of the recipe: going back leads to all of them, and not to a second flow.
    if (flow) await navigate({ to: '/flows/$flowId', params: { flowId: flow.id }, replace: true })
  }

  const sender = tools.connector(from)
  const conditions = [
    ...(filter === null ? [] : [t('recipe.onlyIf', { condition: conditionWords(filter) })]),
    ...(entry === 'every_event' ? [] : [t(`flow.entry.${entry}`)]),
  ]
  const asked = steps.flatMap(({ name: step, asks, action }) =>
    asks.map((field) => {
      const label = action?.input.find(({ name: each }) => each === field)?.label ?? field
      return t('recipe.askedIn', { field: label, step })
    }),
  )
  return (
    <Split
      main={
        <NeedsRole role="marketer">
          <Section title={t('recipe.make')} about={t('recipe.makeAbout')} framed>
            <Form onSend={make}>
              {sender && (
                <VendorConnection
                  role={t('recipe.when', { events: when })}
                  about={conditions.join(' · ') || undefined}
                  vendor={sender}
                  connections={of(from)}
                  chosen={source}
                  onChoose={(next) => setChosen({ ...chosen, from: next })}
                  back={back}
                />
              )}
              {destinations(steps).map((each) => {
                const vendor = tools.connector(each)
                return (
                  vendor && (
                    <VendorConnection
                      key={each}
                      role={t('recipe.do', { action: does(each) })}
                      vendor={vendor}
                      connections={of(each)}
                      chosen={destination(each)}
                      onChoose={(next) => setChosen({ ...chosen, to: { ...chosen.to, [each]: next } })}
                      back={back}
                    />
                  )
                )
              })}
              <TextField
                label={t('flow.name')}
                required
                autoComplete="off"
                {...form.field('name')}
                onChange={rename}
              />
              {asked.length > 0 && <p>{t('recipe.asks', { fields: asked.join(', ') })}</p>}
              {!isReady && <Notice>{t('recipe.notReady')}</Notice>}
              {create.problem && <Notice tone="bad">{create.problem}</Notice>}
              <Button type="submit" kind="primary" disabled={!isReady} busy={create.isBusy}>
                {t('recipe.doMake')}
              </Button>
            </Form>
          </Section>
        </NeedsRole>
      }
      side={
        <Section title={t('recipe.fields')} about={t('recipe.fieldsAbout')}>
          <RecipeSteps steps={steps} tools={tools} />
        </Section>
      }
      sideLabel={t('recipe.fields')}
    />
  )
}

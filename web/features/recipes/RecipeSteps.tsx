import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import type { Tools } from '../flows/use-tools.ts'
import { MappingTable } from './MappingTable.tsx'

export const RecipeStepFields = graphql(`
  fragment RecipeStepFields on Preset {
    id
    name
    to
    actionId
    fields
    asks
    action {
      name
      input {
        name
        label
        choices
        choiceLabels
      }
    }
  }
`)

/** What each step of a recipe sends, to be read; of several, one opens those one wants to know. */
export function RecipeSteps({
  steps,
  tools,
}: {
  steps: readonly FragmentOf<typeof RecipeStepFields>[]
  tools: Tools
}) {
  const { t } = useTranslation()
  return steps.map((masked, at) => {
    const { id, name, to, actionId, fields, asks, action } = readFragment(RecipeStepFields, masked)
    const table = <MappingTable fields={fields} asks={asks} input={action?.input ?? []} />
    if (steps.length === 1) return <div key={id}>{table}</div>
    const does = t('delivery.title', {
      does: action?.name ?? actionId,
      where: tools.connector(to)?.name ?? to,
    })
    return (
      <Disclosure key={id} label={t('recipe.step', { place: at + 1, name, does })}>
        {() => table}
      </Disclosure>
    )
  })
}

import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useTools } from '../../features/flows/use-tools.ts'
import { UseRecipe, WholeRecipeFields } from '../../features/recipes/UseRecipe.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'

const RecipeQuery = graphql(
  `
    query Recipe($id: ID!) {
      recipe(id: $id) {
        id
        name
        description
        ...WholeRecipeFields
      }
    }
  `,
  [WholeRecipeFields],
)

/** One recipe, and the flow that is made of it. */
export function RecipePage({ id }: { id: string }) {
  const { t } = useTranslation()
  const { recipe: _open, name: _typed, ...search } = useSearch({ from: '/shell/flows/new' })
  const { data, failure, isLoading, reload } = useData(RecipeQuery, { id })
  const { tools, ...toolsAsked } = useTools()
  const recipe = data?.recipe
  const why = failure ?? toolsAsked.failure
  return (
    <Stack gap={8}>
      <PageHeader
        title={recipe?.name ?? t('newFlow.title')}
        about={recipe?.description}
        back={{ label: t('newFlow.recipes'), link: { to: '/flows/new', search } }}
      />
      {why && !(data && tools) && (
        <FetchError
          what={t('newFlow.notLoaded')}
          why={why}
          onRetry={() => {
            reload()
            toolsAsked.reload()
          }}
        />
      )}
      {(isLoading || toolsAsked.isLoading) && <Skeleton lines={8} />}
      {data && !recipe && (
        <EmptyState
          kind="filtered"
          title={t('recipe.gone.title')}
          action={<ButtonLink to="/flows/new">{t('newFlow.all')}</ButtonLink>}
        >
          {t('recipe.gone.why')}
        </EmptyState>
      )}
      {recipe && tools && <UseRecipe recipe={recipe} tools={tools} />}
    </Stack>
  )
}

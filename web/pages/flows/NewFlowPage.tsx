import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { NewEmptyFlow } from '../../features/flows/NewEmptyFlow.tsx'
import { useTools } from '../../features/flows/use-tools.ts'
import { isAbout, RecipeFields } from '../../features/recipes/recipe.ts'
import { RecipeList } from '../../features/recipes/RecipeList.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button, ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { RecipePage } from './RecipePage.tsx'

const RecipesQuery = graphql(
  `
    query Recipes {
      recipes {
        id
        ...RecipeFields
      }
    }
  `,
  [RecipeFields],
)
/** Where a flow begins: with a recipe, or empty. */
export function NewFlowPage() {
  const { recipe } = useSearch({ from: '/shell/flows/new' })
  return recipe === undefined ? <Beginnings /> : <RecipePage key={recipe} id={recipe} />
}

function Beginnings() {
  const { t } = useTranslation()
  const { q = '' } = useSearch({ from: '/shell/flows/new' })
  const navigate = useNavigate({ from: '/flows/new' })
  const [isNaming, setIsNaming] = useState(false)
  const { data, failure, isLoading, reload } = useData(RecipesQuery, {})
  const { tools, ...toolsAsked } = useTools()
  const why = failure ?? toolsAsked.failure
  const search = (words: string) => void navigate({ search: words ? { q: words } : {}, replace: true })
  const found = tools ? (data?.recipes ?? []).filter((recipe) => isAbout(recipe, tools, q)) : []

  return (
    <Stack gap={8}>
      <PageHeader
        title={t('newFlow.title')}
        about={t('newFlow.about')}
        back={{ label: t('flows.title'), link: { to: '/flows' } }}
        actions={
          <NeedsRole role="marketer">
            <Button icon="plus" onClick={() => setIsNaming(true)}>
              {t('newFlow.empty')}
            </Button>
          </NeedsRole>
        }
      />
      {isNaming && <NewEmptyFlow onClose={() => setIsNaming(false)} />}
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
      {tools?.connections.length === 0 && (
        <Notice
          title={t('newFlow.connectFirst.title')}
          action={
            <ButtonLink to="/connections/new" search={{ to: '/flows/new' }} kind="primary" icon="plug">
              {t('connections.add')}
            </ButtonLink>
          }
        >
          {t('newFlow.connectFirst.why')}
        </Notice>
      )}
      {data && tools && (
        <>
          <SearchField label={t('newFlow.search')} value={q} onChange={search} />
          {found.length === 0 && (
            <EmptyState
              kind="filtered"
              title={t('newFlow.noneFits', { words: q })}
              action={<Button onClick={() => search('')}>{t('newFlow.all')}</Button>}
            >
              {t('newFlow.noneFitsWhy')}
            </EmptyState>
          )}
          <RecipeList recipes={found} tools={tools} />
        </>
      )}
    </Stack>
  )
}

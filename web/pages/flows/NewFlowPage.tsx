import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { NewEmptyFlow } from '../../features/flows/NewEmptyFlow.tsx'
import { useTools } from '../../features/flows/use-tools.ts'
import { fits, RecipeFields } from '../../features/recipes/recipe.ts'
import { RecipeFilter } from '../../features/recipes/RecipeFilter.tsx'
import { RecipeList } from '../../features/recipes/RecipeList.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ArrowKeys } from '../../ui/ArrowKeys.tsx'
import { Button, ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { PressCard } from '../../ui/LinkCard.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import css from './NewFlowPage.module.css'
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
  const search = useSearch({ from: '/shell/flows/new' })
  const navigate = useNavigate({ from: '/flows/new' })
  const { data, failure, isLoading, reload } = useData(RecipesQuery, {})
  const { tools, ...toolsAsked } = useTools()
  const why = failure ?? toolsAsked.failure
  const found = tools ? (data?.recipes ?? []).filter((recipe) => fits(recipe, tools, search)) : []
  const isNarrowed = Object.keys(search).length > 0

  return (
    <ArrowKeys>
      <Stack gap={8}>
        <PageHeader
          title={t('newFlow.title')}
          about={t('newFlow.about')}
          back={{ label: t('flows.title'), link: { to: '/flows' } }}
        />
        <NeedsRole role="marketer">
          <EmptyFlowCard />
        </NeedsRole>
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
            <Stack gap={2}>
              <RecipeFilter
                recipes={data.recipes}
                tools={tools}
                search={search}
                onSearch={(next) => void navigate({ search: next, replace: true })}
              />
              <p role="status" className={css.count}>
                {t('newFlow.count', { count: found.length })}
              </p>
            </Stack>
            {found.length === 0 && (
              <EmptyState
                kind="filtered"
                title={t('newFlow.noneFits')}
                action={
                  <Button onClick={() => void navigate({ search: {}, replace: true })}>
                    {t('newFlow.all')}
                  </Button>
                }
              >
                {t('newFlow.noneFitsWhy')}
              </EmptyState>
            )}
            <RecipeList recipes={found} tools={tools} isWhole={isNarrowed} />
          </>
        )}
      </Stack>
    </ArrowKeys>
  )
}

function EmptyFlowCard() {
  const { t } = useTranslation()
  const [isNaming, setIsNaming] = useState(false)
  return (
    <>
      <PressCard onPress={() => setIsNaming(true)}>
        <span className={css.empty}>
          <Icon name="plus" />
          <strong>{t('newFlow.empty')}</strong>
          <span className={css.about}>{t('newFlow.emptyAbout')}</span>
        </span>
      </PressCard>
      {isNaming && <NewEmptyFlow onClose={() => setIsNaming(false)} />}
    </>
  )
}

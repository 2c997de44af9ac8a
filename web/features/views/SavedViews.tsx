import type { LinkProps } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { LinkPills } from '../../ui/LinkPills.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { SaveChanges } from './SaveChanges.tsx'
import { SaveView } from './SaveView.tsx'
import css from './SavedViews.module.css'
import { isAsSaved, isNarrowed, searchOf, ViewFields } from './view.ts'
import type { SavedView, ViewSearch } from './view.ts'
import { ViewMenu } from './ViewMenu.tsx'

const ViewsQuery = graphql(
  `
    query Views($list: ViewList!) {
      views(list: $list) {
        ...ViewFields
      }
    }
  `,
  [ViewFields],
)

/**
 * The views that people of the workspace have saved of a list, above what it can be narrowed down by; below it, whose
 * view this is and what can be done with it.
 */
export function SavedViews({
  list,
  search,
  leavesOut,
  linkTo,
  onView,
  children,
}: {
  list: 'events' | 'deliveries'
  search: ViewSearch
  /** What the list is narrowed down by and a view does not keep, as a sentence. */
  leavesOut?: string | undefined
  linkTo: (search: ViewSearch) => LinkProps
  /** The list goes on from this view, or from none. */
  onView: (id: string | undefined) => void
  /** What the list can be narrowed down by. */
  children: ReactNode
}) {
  const { t } = useTranslation()
  const [isSaving, setIsSaving] = useState(false)
  const wordsOf = useViewWords()
  const part = useRef<HTMLDivElement>(null)
  const { data, failure, reload } = useData(ViewsQuery, { list })
  const views = data?.views ?? []
  const view = views.find(({ id }) => id === search.view) ?? views.find((each) => isAsSaved(search, each))
  const isChanged = view !== undefined && !isAsSaved(search, view)
  const isSavable = isNarrowed(search) && (view === undefined || isChanged)

  function changed(id: string | undefined): void {
    setIsSaving(false)
    reload()
    if (id !== search.view) onView(id)
    // What was pressed may be gone with what it was there for.
    part.current?.focus()
  }

  return (
    <div ref={part} role="group" aria-label={t('views.label')} tabIndex={-1} className={css.part}>
      <Stack>
        {failure && !data && <FetchError what={t('views.notLoaded')} why={failure} onRetry={reload} />}
        {views.length > 0 && (
          <LinkPills
            label={t('views.label')}
            pills={[
              {
                key: 'all',
                label: t(`views.all.${list}`),
                link: linkTo({}),
                isCurrent: view === undefined && !isNarrowed(search),
              },
              ...views.map((each) => ({
                key: each.id,
                label: each.name,
                link: linkTo(searchOf(each)),
                isCurrent: each === view,
              })),
            ]}
          />
        )}
        {children}
        {(view !== undefined || isSavable) && (
          <div className={css.line}>
            {view && (
              <p role="status" className={css.words}>
                {wordsOf(view, isChanged)}
              </p>
            )}
            <NeedsRole role="marketer" quietly>
              {view && isChanged && isSavable && (
                <SaveChanges view={view} search={search} onSaved={() => changed(view.id)} />
              )}
              {isSavable && (
                <Button icon="bookmark" onClick={() => setIsSaving(true)}>
                  {t(view ? 'views.saveAsNew' : 'views.save')}
                </Button>
              )}
              {view && (
                <ViewMenu
                  key={view.id}
                  view={view}
                  onRenamed={() => changed(view.id)}
                  onDeleted={() => changed(undefined)}
                />
              )}
              {isSaving && (
                <SaveView
                  list={list}
                  search={search}
                  leavesOut={leavesOut}
                  onSaved={changed}
                  onClose={() => setIsSaving(false)}
                />
              )}
            </NeedsRole>
          </div>
        )}
      </Stack>
    </div>
  )
}

function useViewWords(): (view: SavedView, isChanged: boolean) => string {
  const { t } = useTranslation()
  return ({ name, createdByName }, isChanged) => {
    if (isChanged) return t('views.changed', { name })
    if (createdByName === null) return t('views.savedByNobody', { name })
    return t('views.savedBy', { name, who: createdByName })
  }
}

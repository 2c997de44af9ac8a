import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { toast } from '../../ui/toast-store.ts'
import { filterOf } from './view.ts'
import type { SavedView, ViewSearch } from './view.ts'

const Change = graphql(
  `
    mutation ChangeView($id: ID!, $filter: ViewFilter!) {
      updateView(id: $id, filter: $filter) {
        __typename
        ... on View {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** From now on the view shows what the list shows now. */
export function SaveChanges({
  view: { id, name },
  search,
  onSaved,
}: {
  view: SavedView
  search: ViewSearch
  onSaved: () => void
}) {
  const { t } = useTranslation()
  const { send, isBusy, problem } = useChange(Change, ({ updateView }) => updateView)

  async function save(): Promise<void> {
    if (!(await send({ id, filter: filterOf(search) }))) return
    toast(t('views.saved', { name }))
    onSaved()
  }

  return (
    <>
      <Button kind="primary" busy={isBusy} onClick={() => void save()}>
        {t('views.saveChanges')}
      </Button>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </>
  )
}

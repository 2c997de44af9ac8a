import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { toast } from '../../ui/toast-store.ts'

const Delete = graphql(
  `
    mutation DeleteView($id: ID!) {
      deleteView(id: $id) {
        __typename
        ... on Deleted {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Asks once more, and says what stays. */
export function DeleteView({
  id,
  name,
  onDeleted,
  onClose,
}: {
  id: string
  name: string
  onDeleted: () => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { send, isBusy, problem } = useChange(Delete, ({ deleteView }) => deleteView)

  async function remove(): Promise<void> {
    if (!(await send({ id }))) return
    toast(t('views.delete.done', { name }))
    onDeleted()
  }

  return (
    <Confirm
      title={t('views.delete.title', { name })}
      action={t('views.delete.do')}
      danger
      busy={isBusy}
      problem={problem}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {t('views.delete.about')}
    </Confirm>
  )
}

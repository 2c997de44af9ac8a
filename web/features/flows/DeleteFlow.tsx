import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { toast } from '../../ui/toast-store.ts'

const Delete = graphql(
  `
    mutation DeleteFlow($id: ID!) {
      deleteFlow(id: $id) {
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
export function DeleteFlow({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { send, isBusy, problem } = useChange(Delete, ({ deleteFlow }) => deleteFlow)

  async function remove(): Promise<void> {
    if (!(await send({ id }))) return
    toast(t('flow.delete.done', { name }))
    await navigate({ to: '/flows', replace: true })
  }

  return (
    <Confirm
      title={t('flow.delete.title', { name })}
      action={t('flow.delete.do')}
      danger
      busy={isBusy}
      problem={problem}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {t('flow.delete.about')}
    </Confirm>
  )
}

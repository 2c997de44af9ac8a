import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { toast } from '../../ui/toast-store.ts'

const Delete = graphql(
  `
    mutation DeleteConnection($id: ID!) {
      deleteConnection(id: $id) {
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

/** Asks once more, and says what goes with it. Flows that use it stand in the way. */
export function DeleteConnection({
  id,
  name,
  usedBy,
  onClose,
}: {
  id: string
  name: string
  usedBy: readonly string[]
  onClose: () => void
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { send, isBusy, problem } = useChange(Delete, ({ deleteConnection }) => deleteConnection)
  const title = t('connection.delete.title', { name })

  async function remove(): Promise<void> {
    if (!(await send({ id }))) return
    toast(t('connection.delete.done', { name }))
    await navigate({ to: '/connections', replace: true })
  }

  if (usedBy.length > 0) {
    return (
      <Dialog
        opened
        onClose={onClose}
        title={title}
        actions={<Button onClick={onClose}>{t('ui.close')}</Button>}
      >
        <p>{t('connection.delete.inUse', { flows: usedBy.join(', '), count: usedBy.length })}</p>
      </Dialog>
    )
  }
  return (
    <Confirm
      title={title}
      action={t('connection.delete.do')}
      danger
      busy={isBusy}
      problem={problem}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {t('connection.delete.about')}
    </Confirm>
  )
}

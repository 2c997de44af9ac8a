import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { toast } from '../../ui/toast-store.ts'

const Rotate = graphql(
  `
    mutation RotateHookKey($id: ID!) {
      rotateHookKey(id: $id) {
        __typename
        ... on Connection {
          id
          hookUrl
          formerHookUrlUntil
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** A new webhook address, for when the present one has got about. */
export function RotateHookKey({ id, vendor, onClose }: { id: string; vendor: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { send, isBusy, problem } = useChange(Rotate, ({ rotateHookKey }) => rotateHookKey)

  async function rotate(): Promise<void> {
    if (!(await send({ id }))) return
    toast(t('connection.newAddress.done'))
    onClose()
  }

  return (
    <Confirm
      title={t('connection.newAddress.title')}
      action={t('connection.newAddress.do')}
      busy={isBusy}
      problem={problem}
      onConfirm={() => void rotate()}
      onClose={onClose}
    >
      {t('connection.newAddress.about', { vendor })}
    </Confirm>
  )
}

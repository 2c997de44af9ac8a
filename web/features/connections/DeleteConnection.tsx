import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { toast } from '../../ui/toast-store.ts'

const Delete = graphql(`
  mutation DeleteConnection($id: ID!) {
    deleteConnection(id: $id) {
      __typename
      ... on HubError {
        code
        message
      }
      ... on ConnectionInUse {
        flows {
          id
          name
        }
      }
    }
  }
`)

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
  const { run, isBusy, failure } = useAction(Delete)
  const [refusal, setRefusal] = useState<string>()

  async function remove(): Promise<void> {
    setRefusal(undefined)
    const answer = (await run({ id }))?.deleteConnection
    if (!answer) return
    if ('code' in answer) {
      setRefusal(wordOf('error', answer.code, {}, answer.message))
      return
    }
    toast(t('connection.delete.done', { name }))
    await navigate({ to: '/connections' })
  }

  const problem = refusal ?? failure
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t('connection.delete.title', { name })}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          {usedBy.length === 0 && (
            <Button kind="danger" busy={isBusy} onClick={() => void remove()}>
              {t('connection.delete.do')}
            </Button>
          )}
        </>
      }
    >
      {usedBy.length > 0 ? (
        <p>{t('connection.delete.inUse', { flows: usedBy.join(', '), count: usedBy.length })}</p>
      ) : (
        <p>{t('connection.delete.about')}</p>
      )}
      {problem && <Notice tone="bad">{problem}</Notice>}
    </Dialog>
  )
}

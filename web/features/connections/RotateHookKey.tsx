import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { toast } from '../../ui/toast-store.ts'

const Rotate = graphql(`
  mutation RotateHookKey($id: ID!) {
    rotateHookKey(id: $id) {
      __typename
      ... on Connection {
        id
        hookUrl
        formerHookUrlUntil
      }
      ... on HubError {
        code
        message
      }
    }
  }
`)

/** A new webhook address, for when the present one has got about. */
export function RotateHookKey({ id, vendor, onClose }: { id: string; vendor: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { run, isBusy, failure } = useAction(Rotate)
  const [refusal, setRefusal] = useState<string>()

  async function rotate(): Promise<void> {
    setRefusal(undefined)
    const answer = (await run({ id }))?.rotateHookKey
    if (!answer) return
    if ('code' in answer) {
      setRefusal(wordOf('error', answer.code, {}, answer.message))
      return
    }
    toast(t('connection.newAddress.done'))
    onClose()
  }

  const problem = refusal ?? failure
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t('connection.newAddress.title')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" busy={isBusy} onClick={() => void rotate()}>
            {t('connection.newAddress.do')}
          </Button>
        </>
      }
    >
      <p>{t('connection.newAddress.about', { vendor })}</p>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </Dialog>
  )
}

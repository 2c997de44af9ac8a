import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { toast } from '../../ui/toast-store.ts'

const ReplayReceipt = graphql(`
  mutation ReplayReceipt($id: ID!) {
    answer: replayReceipt(id: $id) {
      __typename
      ... on HubError {
        code
        message
      }
      ... on ReceiptNotReplayable {
        because
      }
    }
  }
`)

/** Sends a request through again: checked anew, understood anew, and sent on only where something new comes of it. */
export function ReplayReceiptButton({ receiptId, onDone }: { receiptId: string; onDone: () => void }) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const replay = useAction(ReplayReceipt)

  async function send(): Promise<void> {
    const result = await replay.run({ id: receiptId })
    if (!result) return
    const { answer } = result
    if (answer.__typename === 'Receipt') {
      toast(t('receipt.replayed'))
      setIsAsking(false)
      onDone()
    } else if (answer.__typename === 'ReceiptNotReplayable') {
      setRefusal(wordOf('error', answer.because, {}, answer.message))
    } else {
      setRefusal(wordOf('error', answer.code, {}, answer.message))
    }
  }

  return (
    <NeedsRole role="marketer" quietly>
      <Button
        icon="refresh"
        onClick={() => {
          setRefusal(undefined)
          setIsAsking(true)
        }}
      >
        {t('receipt.replay')}
      </Button>
      <Dialog
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('receipt.replayTitle')}
        actions={
          <>
            <Button kind="quiet" onClick={() => setIsAsking(false)}>
              {t('ui.leaveIt')}
            </Button>
            <Button kind="primary" busy={replay.isBusy} onClick={() => void send()}>
              {t('receipt.replayDo')}
            </Button>
          </>
        }
      >
        <Stack>
          <p>{t('receipt.replayWhat')}</p>
          {(refusal ?? replay.failure) && <Notice tone="bad">{refusal ?? replay.failure}</Notice>}
        </Stack>
      </Dialog>
    </NeedsRole>
  )
}

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { toast } from '../../ui/toast-store.ts'

const ReplayReceipt = graphql(
  `
    mutation ReplayReceipt($id: ID!) {
      answer: replayReceipt(id: $id) {
        __typename
        ...RefusalFields
        ... on ReceiptNotReplayable {
          because
          reason {
            code
          }
        }
      }
    }
  `,
  [RefusalFields],
)

/** Sends a request through again: checked anew, understood anew, and sent on only where something new comes of it. */
export function ReplayReceiptButton({ receiptId, onDone }: { receiptId: string; onDone: () => void }) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  const replay = useChange(ReplayReceipt, ({ answer }) => answer)

  async function send(): Promise<void> {
    if (!(await replay.send({ id: receiptId }))) return
    toast(t('receipt.replayed'))
    setIsAsking(false)
    onDone()
  }

  return (
    <NeedsRole role="marketer" quietly>
      <Button icon="refresh" onClick={() => setIsAsking(true)}>
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
          {replay.problem && <Notice tone="bad">{replay.problem}</Notice>}
        </Stack>
      </Dialog>
    </NeedsRole>
  )
}

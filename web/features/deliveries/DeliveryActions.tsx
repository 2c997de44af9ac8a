import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { toast } from '../../ui/toast-store.ts'
import type { DeliveryState } from './DeliveryStatus.tsx'

export const DeliveryActionsFields = graphql(`
  fragment DeliveryActionsFields on Delivery {
    id
    state
  }
`)

const Retry = graphql(
  `
    mutation RetryDelivery($id: ID!) {
      answer: retryDelivery(id: $id) {
        __typename
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)
const Cancel = graphql(
  `
    mutation CancelDelivery($id: ID!) {
      answer: cancelDelivery(id: $id) {
        __typename
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)
const Resolve = graphql(
  `
    mutation ResolveUnconfirmed($id: ID!, $resolution: Resolution!) {
      answer: resolveUnconfirmed(id: $id, resolution: $resolution) {
        __typename
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)
const Replay = graphql(
  `
    mutation ReplayDelivery($id: ID!, $evenIfDelivered: Boolean!) {
      answer: replayDelivery(id: $id, evenIfDelivered: $evenIfDelivered) {
        __typename
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

const retriable: readonly DeliveryState[] = ['retrying', 'parked']
const cancellable: readonly DeliveryState[] = [
  'queued',
  'retrying',
  'parked',
  'needs_mapping',
  'refused',
  'failed',
  'unconfirmed',
]
const replayable: readonly DeliveryState[] = [
  'delivered',
  'needs_mapping',
  'refused',
  'failed',
  'cancelled',
  'skipped',
]

/** What somebody can do about a delivery, as far as their role and its state allow. */
export function DeliveryActions({
  delivery: masked,
  onChanged,
}: {
  delivery: FragmentOf<typeof DeliveryActionsFields>
  onChanged: () => void
}) {
  const { t } = useTranslation()
  const { id, state } = readFragment(DeliveryActionsFields, masked)
  const isOps = useMay('ops')
  const isMarketer = useMay('marketer')
  const [asksReplay, setAsksReplay] = useState(false)
  const retry = useChange(Retry, ({ answer }) => answer)
  const cancel = useChange(Cancel, ({ answer }) => answer)
  const resolve = useChange(Resolve, ({ answer }) => answer)
  const replay = useChange(Replay, ({ answer }) => answer)
  const problem = retry.problem ?? cancel.problem ?? resolve.problem ?? replay.problem

  function finish(answer: object | undefined, done: string): void {
    if (answer) {
      toast(done)
      setAsksReplay(false)
    }
    onChanged()
  }

  if (!isMarketer) return null
  return (
    <>
      {problem && !asksReplay && <Notice tone="bad">{problem}</Notice>}
      <Stack row gap={2}>
        {retriable.includes(state) && (
          <Button
            size="s"
            icon="refresh"
            busy={retry.isBusy}
            onClick={() => void retry.send({ id }).then((answer) => finish(answer, t('delivery.done.retry')))}
          >
            {t('delivery.retry')}
          </Button>
        )}
        {replayable.includes(state) && (
          <Button size="s" icon="play" onClick={() => setAsksReplay(true)}>
            {t('delivery.replay')}
          </Button>
        )}
        {state === 'unconfirmed' && isOps && (
          <>
            <Button
              size="s"
              icon="check"
              busy={resolve.isBusy}
              onClick={() =>
                void resolve
                  .send({ id, resolution: 'ARRIVED' })
                  .then((answer) => finish(answer, t('delivery.done.arrived')))
              }
            >
              {t('delivery.arrived')}
            </Button>
            <Button
              size="s"
              icon="refresh"
              busy={resolve.isBusy}
              onClick={() =>
                void resolve
                  .send({ id, resolution: 'SEND_AGAIN' })
                  .then((answer) => finish(answer, t('delivery.done.again')))
              }
            >
              {t('delivery.sendAgain')}
            </Button>
          </>
        )}
        {cancellable.includes(state) && isOps && (
          <Button
            size="s"
            kind="quiet"
            icon="cross"
            busy={cancel.isBusy}
            onClick={() =>
              void cancel.send({ id }).then((answer) => finish(answer, t('delivery.done.cancel')))
            }
          >
            {t('delivery.cancel')}
          </Button>
        )}
      </Stack>
      <Dialog
        opened={asksReplay}
        onClose={() => setAsksReplay(false)}
        title={t('delivery.replayTitle')}
        actions={
          <>
            <Button kind="quiet" onClick={() => setAsksReplay(false)}>
              {t('ui.leaveIt')}
            </Button>
            <Button
              kind="primary"
              busy={replay.isBusy}
              onClick={() =>
                void replay
                  .send({ id, evenIfDelivered: state === 'delivered' })
                  .then((answer) => finish(answer, t('delivery.done.replay')))
              }
            >
              {t('delivery.replayDo')}
            </Button>
          </>
        }
      >
        <Stack>
          <p>{t(state === 'delivered' ? 'delivery.replayDelivered' : 'delivery.replayWhat')}</p>
          {replay.problem && <Notice tone="bad">{replay.problem}</Notice>}
        </Stack>
      </Dialog>
    </>
  )
}

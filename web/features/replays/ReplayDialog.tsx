import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { DeliverySamples } from './DeliverySamples.tsx'
import { KeptOutSamples } from './KeptOutSamples.tsx'
import { ReceiptSamples } from './ReceiptSamples.tsx'
import { ReplayProgress } from './ReplayProgress.tsx'
import { useReplay } from './use-replay.ts'
import type { ReplayAnswer, ReplayTarget } from './use-replay.ts'

/**
 * Sends many things through again: first shows how many, and for some of them old and new side by side, with nothing
 * sent; then does it, with progress and a way to stop; then says what it came to.
 */
export function ReplayDialog({
  target,
  title,
  onClose,
  onOver,
}: {
  target: ReplayTarget
  title: string
  onClose: () => void
  /** Something has been sent through again: what the page shows is out of date. */
  onOver: () => void
}) {
  const { t } = useTranslation()
  const { ask, isBusy, problem } = useReplay()
  const [dryRun, setDryRun] = useState<ReplayAnswer>()
  const [replayId, setReplayId] = useState<string>()
  const asked = useRef(false)

  async function look(): Promise<void> {
    setDryRun(await ask(target, true))
  }
  async function start(): Promise<void> {
    setReplayId((await ask(target, false))?.replayId)
  }
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    void look()
  })

  const count = dryRun?.count ?? 0
  return (
    <Dialog
      opened
      onClose={onClose}
      title={title}
      size="l"
      actions={
        replayId ? (
          <Button kind="primary" onClick={onClose}>
            {t('ui.close')}
          </Button>
        ) : (
          <>
            <Button kind="quiet" onClick={onClose}>
              {t('ui.leaveIt')}
            </Button>
            {count > 0 && (
              <Button kind="primary" busy={isBusy} onClick={() => void start()}>
                {t(`replay.do.${target.kind}`, { count })}
              </Button>
            )}
          </>
        )
      }
    >
      <Stack>
        {!dryRun && !problem && <Skeleton lines={4} />}
        {dryRun && !replayId && <WhatWouldBe kind={target.kind} dryRun={dryRun} />}
        {replayId && (
          <>
            <ReplayProgress id={replayId} onOver={onOver} />
            <p>
              <WhereToSee target={target} onClose={onClose} />
            </p>
          </>
        )}
        {problem && (
          <Notice
            tone="bad"
            action={
              !dryRun && (
                <Button size="s" busy={isBusy} onClick={() => void look()}>
                  {t('ui.retry')}
                </Button>
              )
            }
          >
            {problem}
          </Notice>
        )}
      </Stack>
    </Dialog>
  )
}

function WhereToSee({ target, onClose }: { target: ReplayTarget; onClose: () => void }) {
  const { t } = useTranslation()
  const words = t(`replay.see.${target.kind}`)
  if (target.kind === 'events') {
    return (
      <Link to="/deliveries" search={{ flow: target.flowId }} onClick={onClose}>
        {words}
      </Link>
    )
  }
  return (
    <Link to={target.kind === 'receipts' ? '/receipts' : '/'} onClick={onClose}>
      {words}
    </Link>
  )
}

function WhatWouldBe({ kind, dryRun }: { kind: ReplayTarget['kind']; dryRun: ReplayAnswer }) {
  const { t } = useTranslation()
  const { count, deliveries, receipts, events } = dryRun
  const shown = deliveries.length + receipts.length + events.length
  if (count === 0) return <Notice title={t('replay.nothing')} />
  return (
    <>
      <p>{t(`replay.what.${kind}`, { count })}</p>
      <p>{t(`replay.not.${kind}`)}</p>
      <h3>{shown < count ? t('replay.samples', { count: shown }) : t('replay.all')}</h3>
      {deliveries.length > 0 && <DeliverySamples samples={deliveries} />}
      {receipts.length > 0 && <ReceiptSamples samples={receipts} />}
      {events.length > 0 && <KeptOutSamples samples={events} />}
    </>
  )
}

import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { useReloadWhile } from '../../graphql/use-reload-while.ts'
import { Button } from '../../ui/Button.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'

const ReplayQuery = graphql(`
  query ReplayProgress($id: ID!) {
    replay(id: $id) {
      id
      state
      total
      done
      failed
    }
  }
`)
const Cancel = graphql(
  `
    mutation CancelReplay($id: ID!) {
      answer: cancelReplay(id: $id) {
        __typename
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** How far a replay is, with a button to stop it; at the end, what it came to. */
export function ReplayProgress({ id, onOver }: { id: string; onOver?: () => void }) {
  const { t } = useTranslation()
  const { data, failure, isLoading, reload } = useData(ReplayQuery, { id })
  const cancel = useChange(Cancel, ({ answer }) => answer)
  const replay = data?.replay
  const isRunning = replay?.state === 'running'
  useReloadWhile(isRunning, reload)

  const over = useRef(onOver)
  useEffect(() => {
    over.current = onOver
  })
  useEffect(() => {
    if (replay && !isRunning) over.current?.()
  }, [replay, isRunning])

  if (failure && !data) return <FetchError what={t('replay.notLoaded')} why={failure} onRetry={reload} />
  if (isLoading || !replay) return <Skeleton lines={2} />
  const { total, done, failed, state } = replay
  if (!isRunning) {
    return (
      <Notice
        tone={state === 'cancelled' || failed > 0 ? 'warn' : 'good'}
        title={t(state === 'cancelled' ? 'replay.stopped' : 'replay.over', { count: done })}
      >
        {failed > 0 && <p>{t('replay.failed', { count: failed })}</p>}
        <p>{t('replay.afterwards')}</p>
      </Notice>
    )
  }
  return (
    <Stack gap={2}>
      <Progress
        label={t('replay.progress', { done: done + failed, total })}
        value={done + failed}
        max={total}
      />
      <NeedsRole role="marketer" quietly>
        <div>
          <Button
            size="s"
            icon="cross"
            busy={cancel.isBusy}
            onClick={() => void cancel.send({ id }).then(reload)}
          >
            {t('replay.stop')}
          </Button>
        </div>
      </NeedsRole>
      {cancel.problem && <Notice tone="bad">{cancel.problem}</Notice>}
    </Stack>
  )
}

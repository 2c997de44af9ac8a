import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { toast } from '../../ui/toast-store.ts'
import type { Draft } from './use-draft.ts'

export const FlowSwitchFields = graphql(`
  fragment FlowSwitchFields on Flow {
    id
    state
    publishedVersion
    hasUnpublishedChanges
  }
`)

const Publish = graphql(
  `
    mutation PublishFlow($id: ID!, $revision: Int) {
      answer: publishFlow(id: $id, revision: $revision) {
        __typename
        ... on Flow {
          id
          publishedVersion
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)
const Pause = graphql(
  `
    mutation PauseFlow($id: ID!) {
      answer: pauseFlow(id: $id) {
        __typename
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)
const Resume = graphql(
  `
    mutation ResumeFlow($id: ID!) {
      answer: resumeFlow(id: $id) {
        __typename
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Turns a flow on, off, and its draft into what runs. */
export function FlowSwitch({
  flow: masked,
  draft,
  onChanged,
}: {
  flow: FragmentOf<typeof FlowSwitchFields>
  /** What is on the screen is saved first, and nothing else is published. */
  draft: Pick<Draft, 'settle' | 'revision'>
  onChanged: () => void
}) {
  const { t } = useTranslation()
  const { id, state, publishedVersion, hasUnpublishedChanges } = readFragment(FlowSwitchFields, masked)
  const publish = useChange(Publish, ({ answer }) => answer)
  const pause = useChange(Pause, ({ answer }) => answer)
  const resume = useChange(Resume, ({ answer }) => answer)
  const [isTurningOn, setIsTurningOn] = useState(false)
  const problem = publish.problem ?? pause.problem ?? resume.problem

  // Saving comes first and takes its time: pressed once more meanwhile, the same would be published twice.
  async function turnOn(): Promise<void> {
    setIsTurningOn(true)
    try {
      if (!(await draft.settle())) return
      const answer = await publish.send({ id, revision: draft.revision() })
      const isSame = answer && answer.publishedVersion === publishedVersion
      if (isSame) finish(answer, t('flow.done.sameVersion', { version: publishedVersion }))
      else finish(answer, publishedVersion === null ? t('flow.done.turnedOn') : t('flow.done.published'))
    } finally {
      setIsTurningOn(false)
    }
  }

  function finish(answer: object | undefined, done: string): void {
    if (answer) toast(done)
    onChanged()
  }

  return (
    <NeedsRole role="marketer">
      <Stack gap={2}>
        <Stack row gap={2}>
          {publishedVersion !== null && state === 'on' && (
            <Button
              icon="pause"
              busy={pause.isBusy}
              onClick={() => void pause.send({ id }).then((answer) => finish(answer, t('flow.done.paused')))}
            >
              {t('flow.pause')}
            </Button>
          )}
          {publishedVersion !== null && state === 'paused' && (
            <Button
              icon="play"
              busy={resume.isBusy}
              onClick={() =>
                void resume.send({ id }).then((answer) => finish(answer, t('flow.done.resumed')))
              }
            >
              {t('flow.resume')}
            </Button>
          )}
          {(publishedVersion === null || hasUnpublishedChanges) && (
            <Button kind="primary" icon="check" busy={isTurningOn} onClick={() => void turnOn()}>
              {publishedVersion === null ? t('flow.turnOn') : t('flow.publish')}
            </Button>
          )}
        </Stack>
        {problem && <Notice tone="bad">{problem}</Notice>}
      </Stack>
    </NeedsRole>
  )
}

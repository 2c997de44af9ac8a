import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { toast } from '../../ui/toast-store.ts'

export const FlowSwitchFields = graphql(`
  fragment FlowSwitchFields on Flow {
    id
    state
    publishedVersion
    hasUnpublishedChanges
  }
`)

const Publish = graphql(`
  mutation PublishFlow($id: ID!) {
    answer: publishFlow(id: $id) {
      __typename
      ... on HubError {
        code
        message
      }
    }
  }
`)
const Pause = graphql(`
  mutation PauseFlow($id: ID!) {
    answer: pauseFlow(id: $id) {
      __typename
      ... on HubError {
        code
        message
      }
    }
  }
`)
const Resume = graphql(`
  mutation ResumeFlow($id: ID!) {
    answer: resumeFlow(id: $id) {
      __typename
      ... on HubError {
        code
        message
      }
    }
  }
`)

type Answer = { answer: { __typename: string; code?: string; message?: string } } | undefined

/** Turns a flow on, off, and its draft into what runs. */
export function FlowSwitch({
  flow: masked,
  onChanged,
}: {
  flow: FragmentOf<typeof FlowSwitchFields>
  onChanged: () => void
}) {
  const { t } = useTranslation()
  const { id, state, publishedVersion, hasUnpublishedChanges } = readFragment(FlowSwitchFields, masked)
  const [refusal, setRefusal] = useState<string>()
  const publish = useAction(Publish)
  const pause = useAction(Pause)
  const resume = useAction(Resume)
  const failure = refusal ?? publish.failure ?? pause.failure ?? resume.failure

  function finish(result: Answer, done: string): void {
    if (!result) return
    const { code, message } = result.answer
    setRefusal(code === undefined ? undefined : wordOf('error', code, {}, message))
    if (code === undefined) toast(done)
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
              onClick={() => void pause.run({ id }).then((result) => finish(result, t('flow.done.paused')))}
            >
              {t('flow.pause')}
            </Button>
          )}
          {publishedVersion !== null && state === 'paused' && (
            <Button
              icon="play"
              busy={resume.isBusy}
              onClick={() => void resume.run({ id }).then((result) => finish(result, t('flow.done.resumed')))}
            >
              {t('flow.resume')}
            </Button>
          )}
          {(publishedVersion === null || hasUnpublishedChanges) && (
            <Button
              kind="primary"
              icon="check"
              busy={publish.isBusy}
              onClick={() =>
                void publish.run({ id }).then((result) => finish(result, t('flow.done.published')))
              }
            >
              {t('flow.publish')}
            </Button>
          )}
        </Stack>
        {failure && <Notice tone="bad">{failure}</Notice>}
      </Stack>
    </NeedsRole>
  )
}

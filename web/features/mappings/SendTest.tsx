import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { ExchangeFields } from '../deliveries/Exchanges.tsx'
import { useDesk } from './desk.ts'
import css from './SendTest.module.css'
import { TestResult } from './TestResult.tsx'
import type { Shown } from './use-samples.ts'
import { WholePreview } from './WholePreview.tsx'

const ConnectionQuery = graphql(`
  query TestConnection($id: ID!) {
    connection(id: $id) {
      name
    }
  }
`)
const Send = graphql(
  `
    mutation SendTest(
      $id: ID!
      $connectionId: ID!
      $fields: JSON!
      $eventId: ID
      $sample: JSON
      $withHeaders: Boolean!
    ) {
      sendTest(id: $id, connectionId: $connectionId, fields: $fields, eventId: $eventId, sample: $sample) {
        __typename
        ... on TestSending {
          ok
          changed
          reason {
            code
            data
          }
          output
          exchanges {
            ...ExchangeFields
          }
        }
        ...RefusalFields
      }
    }
  `,
  [ExchangeFields, RefusalFields],
)

export type SentTest = Extract<ResultOf<typeof Send>['sendTest'], { __typename: 'TestSending' }>

/** Sends the shown person's data for real, once, after asking; then shows what was sent and what they answered. */
export function SendTest({ id, connectionId }: { id: string; connectionId: string | undefined }) {
  const { t } = useTranslation()
  const { shown } = useDesk()
  const { data } = useData(ConnectionQuery, { id: connectionId ?? '' }, connectionId === undefined)
  const [asked, setAsked] = useState<Shown>()
  const where = data?.connection?.name

  if (connectionId === undefined) return <p className={css.why}>{t('mapping.test.nowhere')}</p>
  if (where === undefined || !shown) return null
  return (
    <>
      <div>
        <Button icon="out" onClick={() => setAsked(shown)}>
          {t('mapping.test.button', { where, person: shown.person })}
        </Button>
      </div>
      {asked && (
        <TestDialog
          id={id}
          to={{ id: connectionId, name: where }}
          shown={asked}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  )
}

function TestDialog({
  id,
  to,
  shown,
  onClose,
}: {
  id: string
  to: { id: string; name: string }
  shown: Shown
  onClose: () => void
}) {
  const { t } = useTranslation()
  const withHeaders = useMay('ops')
  const { fields, destination } = useDesk()
  const { send, isBusy, problem } = useChange(Send, ({ sendTest }) => sendTest)
  const [sent, setSent] = useState<SentTest>()
  const words = { where: to.name, person: shown.person, tool: destination }

  return (
    <Dialog
      opened
      size="l"
      onClose={onClose}
      title={sent ? t('mapping.test.done', words) : t('mapping.test.title', words)}
      actions={
        sent ? (
          <Button onClick={onClose}>{t('ui.close')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('ui.cancel')}</Button>
            <Button
              kind="primary"
              busy={isBusy}
              onClick={() =>
                void send({ id, connectionId: to.id, fields, ...shown.asked, withHeaders }).then(setSent)
              }
            >
              {t('mapping.test.do')}
            </Button>
          </>
        )
      }
    >
      <Stack>
        {sent ? (
          <TestResult sent={sent} tool={destination} />
        ) : (
          <>
            <p>{t('mapping.test.what', words)}</p>
            <WholePreview shown={shown} />
            {problem && <Notice tone="bad">{problem}</Notice>}
          </>
        )}
      </Stack>
    </Dialog>
  )
}

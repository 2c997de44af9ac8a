import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { reasonWords } from '../reason-words.ts'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'

const Check = graphql(
  `
    mutation CheckConnection($id: ID!) {
      checkConnection(id: $id) {
        __typename
        ... on ConnectionCheck {
          ok
          account
          reason {
            code
            data
          }
          connection {
            id
            health {
              isOpen
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Asks the vendor whether the credentials work, and says whose they are or why they do not. */
export function CheckConnection({
  id,
  vendor,
  onChecked,
}: {
  id: string
  vendor: string
  /** Parked deliveries may be on their way now. */
  onChecked: () => void
}) {
  const { t } = useTranslation()
  const { run, isBusy, failure } = useAction(Check)
  const [answer, setAnswer] = useState<ResultOf<typeof Check>['checkConnection']>()

  async function check(): Promise<void> {
    setAnswer(undefined)
    setAnswer((await run({ id }))?.checkConnection)
    onChecked()
  }

  return (
    <Stack gap={2}>
      <div>
        <Button icon="check" busy={isBusy} onClick={() => void check()}>
          {t('connection.check.do', { vendor })}
        </Button>
      </div>
      <div role="status">
        {failure && <Notice tone="bad">{failure}</Notice>}
        {answer && <Answer answer={answer} vendor={vendor} />}
      </div>
    </Stack>
  )
}

function Answer({ answer, vendor }: { answer: ResultOf<typeof Check>['checkConnection']; vendor: string }) {
  const { t } = useTranslation()
  if (answer.__typename !== 'ConnectionCheck') {
    return <Notice tone="bad">{wordOf('error', answer.code, {}, answer.message)}</Notice>
  }
  const { ok, account, reason } = answer
  if (ok) {
    return (
      <Notice
        tone="good"
        title={account ? t('connection.check.account', { account }) : t('connection.check.ok')}
      />
    )
  }
  if (reason?.code === 'check_not_possible') return <Notice>{t('reason.check_not_possible')}</Notice>
  return (
    <Notice tone="bad" title={t('connection.check.failed', { vendor })}>
      {reason && <p>{reasonWords(reason)}</p>}
      <p>{t('connection.check.next')}</p>
    </Notice>
  )
}

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { toast } from '../../ui/toast-store.ts'

const RollBackFlow = graphql(
  `
    mutation RollBackFlow($id: ID!, $version: Int!) {
      rollBackFlow(id: $id, version: $version) {
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

/** Lets an earlier version run again, as a new one. */
export function RollBack({ flowId, version, next }: { flowId: string; version: number; next: number }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const { send, isBusy, problem } = useChange(RollBackFlow, ({ rollBackFlow }) => rollBackFlow)

  async function rollBack(): Promise<void> {
    if (!(await send({ id: flowId, version }))) return
    toast(t('flow.rollBack.done', { version }))
    setIsOpen(false)
  }

  return (
    <>
      <Button size="s" onClick={() => setIsOpen(true)}>
        {t('flow.rollBack.ask', { version })}
      </Button>
      {isOpen && (
        <Confirm
          title={t('flow.rollBack.title', { version })}
          action={t('flow.rollBack.do')}
          busy={isBusy}
          problem={problem}
          onConfirm={() => void rollBack()}
          onClose={() => setIsOpen(false)}
        >
          {t('flow.rollBack.about', { version, next })}
        </Confirm>
      )}
    </>
  )
}

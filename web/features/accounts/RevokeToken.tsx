import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { toast } from '../../ui/toast-store.ts'

const Revoke = graphql(
  `
    mutation RevokeToken($id: ID!) {
      revokeToken(id: $id) {
        __typename
        ... on Deleted {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Ends a token at once, after asking: whatever uses it stops working. */
export function RevokeToken({ id, name, onRevoked }: { id: string; name: string; onRevoked: () => void }) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  const { send, isBusy, problem } = useChange(Revoke, ({ revokeToken }) => revokeToken)

  async function revoke(): Promise<void> {
    if (!(await send({ id }))) return
    setIsAsking(false)
    toast(t('tokens.revoked', { name }))
    onRevoked()
  }

  return (
    <>
      <Button size="s" aria-label={t('tokens.revokeOf', { name })} onClick={() => setIsAsking(true)}>
        {t('tokens.revoke')}
      </Button>
      {isAsking && (
        <Confirm
          title={t('tokens.revokeTitle', { name })}
          action={t('tokens.revoke')}
          danger
          busy={isBusy}
          problem={problem}
          onConfirm={() => void revoke()}
          onClose={() => setIsAsking(false)}
        >
          {t('tokens.revokeAbout')}
        </Confirm>
      )}
    </>
  )
}

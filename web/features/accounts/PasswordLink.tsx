import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { LinkToHandOver } from './LinkToHandOver.tsx'

const Create = graphql(
  `
    mutation CreatePasswordLink($id: ID!) {
      createPasswordLink(id: $id) {
        __typename
        ... on CreatedInvitation {
          url
          invitation {
            id
            expiresAt
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** A link by which a member chooses a new password, for when they have lost theirs. */
export function PasswordLink({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { send, isBusy, problem } = useChange(Create, ({ createPasswordLink }) => createPasswordLink)
  const [made, setMade] = useState<{ url: string; expiresAt: string }>()

  async function make(): Promise<void> {
    const created = await send({ id })
    if (created) setMade({ url: created.url, expiresAt: created.invitation.expiresAt })
  }

  if (made) {
    return <LinkToHandOver title={t('members.passwordLink.made', { name })} {...made} onClose={onClose} />
  }
  return (
    <Confirm
      title={t('members.passwordLink.title', { name })}
      action={t('members.passwordLink.do')}
      busy={isBusy}
      problem={problem}
      onConfirm={() => void make()}
      onClose={onClose}
    >
      {t('members.passwordLink.about')}
    </Confirm>
  )
}

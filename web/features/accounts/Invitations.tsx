import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import { toast } from '../../ui/toast-store.ts'

const InvitationsQuery = graphql(`
  query Invitations {
    invitations {
      id
      email
      role
      isForNewPassword
      expiresAt
    }
  }
`)

const Revoke = graphql(
  `
    mutation RevokeInvitation($id: ID!) {
      revokeInvitation(id: $id) {
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

/** Links that are out and not used yet. */
export function Invitations() {
  const { t } = useTranslation()
  const { data, failure, reload } = useData(InvitationsQuery, {})
  if (failure && !data) return <FetchError what={t('invitations.notLoaded')} why={failure} onRetry={reload} />
  if (!data || data.invitations.length === 0) return null
  return (
    <Section title={t('invitations.title')} about={t('invitations.about')}>
      <Table
        label={t('invitations.title')}
        rows={data.invitations}
        rowKey={({ id }) => id}
        columns={[
          { key: 'email', header: t('account.email'), wide: true, cell: ({ email }) => email },
          {
            key: 'role',
            header: t('invitations.for'),
            cell: ({ role, isForNewPassword }) =>
              isForNewPassword ? t('invitations.newPassword') : t(`role.${role}`),
          },
          {
            key: 'until',
            header: t('invitations.until'),
            cell: ({ expiresAt }) => <Time at={expiresAt} />,
          },
          {
            key: 'revoke',
            header: t('ui.actions'),
            hideHeader: true,
            align: 'end',
            cell: ({ id, email }) => <RevokeInvitation id={id} email={email} onRevoked={reload} />,
          },
        ]}
      />
    </Section>
  )
}

function RevokeInvitation({ id, email, onRevoked }: { id: string; email: string; onRevoked: () => void }) {
  const { t } = useTranslation()
  const { send, isBusy, problem } = useChange(Revoke, ({ revokeInvitation }) => revokeInvitation)

  async function revoke(): Promise<void> {
    if (!(await send({ id }))) return
    toast(t('invitations.revoked', { email }))
    onRevoked()
  }

  return (
    <>
      <Button
        size="s"
        busy={isBusy}
        aria-label={t('invitations.revokeOf', { email })}
        onClick={() => void revoke()}
      >
        {t('invitations.revoke')}
      </Button>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </>
  )
}

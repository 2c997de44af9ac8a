import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay, useMe } from '../../app/me.tsx'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { Invitations } from '../../features/accounts/Invitations.tsx'
import { InviteMember } from '../../features/accounts/InviteMember.tsx'
import { MemberMenu } from '../../features/accounts/MemberMenu.tsx'
import { MemberRole } from '../../features/accounts/MemberRole.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './MembersPage.module.css'

const MembersQuery = graphql(`
  query Members {
    members {
      id
      role
      since
      user {
        id
        name
        email
      }
    }
  }
`)

/** Who belongs to the workspace, and who is invited. */
export function MembersPage() {
  const { t } = useTranslation()
  const isOwner = useMay('owner')
  const me = useMe()
  const { data, failure, isLoading, reload } = useData(MembersQuery, {})
  const [isInviting, setIsInviting] = useState(false)
  // Counted up so that the list of invitations is asked for again.
  const [invited, setInvited] = useState(0)

  return (
    <Stack gap={8}>
      <Section
        title={t('members.title')}
        about={t('members.about')}
        action={
          <NeedsRole role="owner">
            <Button kind="primary" icon="plus" onClick={() => setIsInviting(true)}>
              {t('members.invite')}
            </Button>
          </NeedsRole>
        }
      >
        {failure && !data && <FetchError what={t('members.notLoaded')} why={failure} onRetry={reload} />}
        {isLoading && <Skeleton />}
        {data && (
          <Table
            label={t('members.title')}
            rows={data.members}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'name',
                header: t('members.name'),
                wide: true,
                cell: ({ user, id }) => (
                  <>
                    <p>
                      <strong>{user.name}</strong> {id === me.id && t('members.you')}
                    </p>
                    <p className={css.email}>{user.email}</p>
                  </>
                ),
              },
              {
                key: 'role',
                header: t('members.role'),
                cell: ({ id, role, user }) =>
                  isOwner ? (
                    <MemberRole id={id} name={user.name} role={role} onChanged={reload} />
                  ) : (
                    t(`role.${role}`)
                  ),
              },
              {
                key: 'since',
                header: t('members.since'),
                cell: ({ since }) => <Time at={since} form="day" />,
              },
              ...(isOwner
                ? [
                    {
                      key: 'actions',
                      header: t('ui.actions'),
                      hideHeader: true,
                      align: 'end' as const,
                      cell: ({ id, user }: { id: string; user: { name: string } }) => (
                        <MemberMenu id={id} name={user.name} onChanged={reload} />
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Section>
      {isOwner && <Invitations key={invited} />}
      {isInviting && (
        <InviteMember onInvited={() => setInvited(invited + 1)} onClose={() => setIsInviting(false)} />
      )}
    </Stack>
  )
}

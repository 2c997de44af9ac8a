import { useTranslation } from 'react-i18next'
import { tellOtherTabsSignedOut } from '../../app/other-tabs.ts'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useAction } from '../../graphql/use-action.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { StatusPill } from '../../ui/StatusPill.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import { toast } from '../../ui/toast-store.ts'
import { browserName } from './browser-name.ts'

const SessionsQuery = graphql(`
  query Sessions {
    sessions {
      id
      address
      isCurrent
      lastSeenAt
      startedAt
      userAgent
    }
  }
`)

const Revoke = graphql(
  `
    mutation RevokeSession($id: ID!) {
      revokeSession(id: $id) {
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

const SignOutEverywhere = graphql(`
  mutation SignOutEverywhere {
    signOutEverywhere
  }
`)

type Session = ResultOf<typeof SessionsQuery>['sessions'][number]

/** Where one is signed in, and how to end it. */
export function Sessions() {
  const { t } = useTranslation()
  const { data, failure, isLoading, reload } = useData(SessionsQuery, {})
  const everywhere = useAction(SignOutEverywhere)

  async function endAll(): Promise<void> {
    if (!(await everywhere.run({}))) return
    tellOtherTabsSignedOut()
    // This one as well.
    location.replace('/sign-in')
  }

  return (
    <Section
      title={t('sessions.title')}
      about={t('sessions.about')}
      action={
        <Button size="s" icon="out" busy={everywhere.isBusy} onClick={() => void endAll()}>
          {t('sessions.endAll')}
        </Button>
      }
    >
      {failure && !data && <FetchError what={t('sessions.notLoaded')} why={failure} onRetry={reload} />}
      {everywhere.failure && <Notice tone="bad">{everywhere.failure}</Notice>}
      {isLoading && <Skeleton />}
      {data && (
        <Table
          label={t('sessions.title')}
          rows={data.sessions}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'browser',
              header: t('sessions.browser'),
              wide: true,
              cell: ({ userAgent }) => browserName(userAgent) ?? t('sessions.unknownBrowser'),
            },
            { key: 'address', header: t('sessions.address'), cell: ({ address }) => address },
            {
              key: 'seen',
              header: t('sessions.lastSeen'),
              cell: ({ lastSeenAt }) => <Time at={lastSeenAt} form="ago" />,
            },
            {
              key: 'end',
              header: t('ui.actions'),
              hideHeader: true,
              align: 'end',
              cell: (session) =>
                session.isCurrent ? (
                  <StatusPill tone="good">{t('sessions.current')}</StatusPill>
                ) : (
                  <EndSession session={session} onEnded={reload} />
                ),
            },
          ]}
        />
      )}
    </Section>
  )
}

function EndSession({ session: { id, userAgent }, onEnded }: { session: Session; onEnded: () => void }) {
  const { t } = useTranslation()
  const { send, isBusy, problem } = useChange(Revoke, ({ revokeSession }) => revokeSession)

  async function end(): Promise<void> {
    if (!(await send({ id }))) return
    toast(t('sessions.ended'))
    onEnded()
  }

  return (
    <>
      <Button
        size="s"
        busy={isBusy}
        aria-label={t('sessions.endOf', { browser: browserName(userAgent) ?? t('sessions.unknownBrowser') })}
        onClick={() => void end()}
      >
        {t('sessions.end')}
      </Button>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </>
  )
}

import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { Code } from '../../ui/Code.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { StatusPill } from '../../ui/StatusPill.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './AuditPage.module.css'

const AuditQuery = graphql(`
  query AuditLog($after: String) {
    auditLog(first: 50, after: $after) {
      count
      nextCursor
      items {
        id
        at
        actorName
        action
        subject
        subjectName
        actor
        outcome
        address
      }
    }
  }
`)

/** Who changed what, when and from where. */
export function AuditPage() {
  const { t } = useTranslation()
  const { after } = useSearch({ from: '/shell/settings/audit' })
  const isOwner = useMay('owner')
  const { data, failure, isLoading, reload } = useData(AuditQuery, { after: after ?? null }, !isOwner)
  return (
    <Section title={t('audit.title')} about={t('audit.about')}>
      <NeedsRole role="owner">
        {failure && !data && <FetchError what={t('audit.notLoaded')} why={failure} onRetry={reload} />}
        {isLoading && <Skeleton lines={6} />}
        {data?.auditLog.items.length === 0 && (
          <EmptyState kind="first" title={t('audit.none.title')}>
            {t('audit.none.about')}
          </EmptyState>
        )}
        {data && data.auditLog.items.length > 0 && (
          <>
            <Table
              label={t('audit.title')}
              rows={data.auditLog.items}
              rowKey={({ id }) => id}
              columns={[
                { key: 'at', header: t('audit.at'), cell: ({ at }) => <Time at={at} /> },
                { key: 'who', header: t('audit.who'), cell: ({ actorName }) => actorName },
                {
                  key: 'what',
                  header: t('audit.what'),
                  wide: true,
                  cell: ({ action, subject, subjectName, actor }) => (
                    <div>
                      <p>
                        {subjectName === null || subject === actor
                          ? actionWords(action)
                          : t('audit.changed', { action: actionWords(action), name: subjectName })}
                      </p>
                      <p className={css.id}>
                        <Code>{subject}</Code>
                      </p>
                    </div>
                  ),
                },
                {
                  key: 'outcome',
                  header: t('audit.outcome'),
                  cell: ({ outcome }) =>
                    outcome === 'done' ? (
                      <StatusPill tone="good">{t('audit.done')}</StatusPill>
                    ) : (
                      wordOf('error', outcome)
                    ),
                },
                { key: 'from', header: t('audit.from'), cell: ({ address }) => address },
              ]}
            />
            <Pager count={data.auditLog.count}>
              {after !== undefined && (
                <ButtonLink to="/settings/audit" search={{}} size="s" icon="left">
                  {t('pager.newest')}
                </ButtonLink>
              )}
              {data.auditLog.nextCursor && (
                <ButtonLink to="/settings/audit" search={{ after: data.auditLog.nextCursor }} size="s">
                  {t('pager.older')}
                </ButtonLink>
              )}
            </Pager>
          </>
        )}
      </NeedsRole>
    </Section>
  )
}

/** The API's own name of a change, spelled apart: new ones need no words of their own. */
function actionWords(action: string): string {
  const words = action.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

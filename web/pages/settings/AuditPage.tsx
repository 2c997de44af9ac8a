import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { auditWords } from '../../features/audit/audit-words.ts'
import type { AuditedChange } from '../../features/audit/audit-words.ts'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { wordOf } from '../../i18n/word-of.ts'
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
                  cell: (entry) => (
                    <div>
                      <p>{auditWords(entry)}</p>
                      {needsItsId(entry) && (
                        <p className={css.id}>
                          <Code>{entry.subject}</Code>
                        </p>
                      )}
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
                      <div>
                        <StatusPill tone="bad">{t('audit.notDone')}</StatusPill>
                        <p className={css.why}>{wordOf('error', outcome)}</p>
                      </div>
                    ),
                },
                { key: 'from', header: t('audit.from'), cell: ({ address }) => address },
              ]}
            />
            <Pager
              count={data.auditLog.count}
              newest={after !== undefined && { to: '/settings/audit', search: {} }}
              older={
                data.auditLog.nextCursor && {
                  to: '/settings/audit',
                  search: { after: data.auditLog.nextCursor },
                }
              }
            />
          </>
        )}
      </NeedsRole>
    </Section>
  )
}

/** What has no name to be called by is told apart by its id; the person and the workspace are known anyway. */
function needsItsId({ subject, subjectName, actor }: AuditedChange): boolean {
  return subjectName === null && subject !== '' && subject !== actor && !subject.startsWith('wsp_')
}

import { Link, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { FlowStatus, FlowStatusFields } from '../../features/flows/FlowStatus.tsx'
import { VendorLogo } from '../../features/VendorLogo.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import type { Column } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './FlowsPage.module.css'

const FlowsQuery = graphql(
  `
    query Flows($after: String) {
      flows(first: 50, after: $after) {
        count
        nextCursor
        items {
          id
          name
          ...FlowStatusFields
          draft {
            trigger {
              connection {
                id
                connector {
                  name
                  logo
                }
              }
            }
            steps {
              id
              connection {
                id
                connector {
                  name
                  logo
                }
              }
            }
          }
          runs(first: 1) {
            items {
              startedAt
            }
          }
        }
      }
    }
  `,
  [FlowStatusFields],
)

type Row = ResultOf<typeof FlowsQuery>['flows']['items'][number]

/** When something happens in one tool, do something in others. */
export function FlowsPage() {
  const { t } = useTranslation()
  const { after } = useSearch({ from: '/shell/flows' })
  const { data, failure, isLoading, reload } = useData(FlowsQuery, { after: after ?? null })

  const columns: readonly Column<Row>[] = [
    {
      key: 'name',
      header: t('flows.column.name'),
      wide: true,
      cell: ({ id, name }) => (
        <Link to="/flows/$flowId" params={{ flowId: id }}>
          {name}
        </Link>
      ),
    },
    {
      key: 'tools',
      header: t('flows.column.tools'),
      cell: ({ draft }) => <Tools draft={draft} />,
    },
    { key: 'state', header: t('flows.column.state'), cell: (flow) => <FlowStatus flow={flow} /> },
    {
      key: 'last',
      header: t('flows.column.lastRun'),
      align: 'end',
      cell: ({ runs: { items } }) =>
        items[0] ? <Time at={items[0].startedAt} form="ago" /> : t('flows.neverRan'),
    },
  ]
  return (
    <Stack gap={8}>
      <PageHeader
        title={t('flows.title')}
        about={t('flows.about')}
        actions={
          data?.flows.items.length !== 0 && (
            <NeedsRole role="marketer">
              <ButtonLink to="/flows/new" kind="primary" icon="plus">
                {t('flows.add')}
              </ButtonLink>
            </NeedsRole>
          )
        }
      />
      {failure && !data && <FetchError what={t('flows.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && <Skeleton lines={6} />}
      {data && data.flows.items.length > 0 && (
        <Stack>
          <Table label={t('flows.title')} rows={data.flows.items} columns={columns} rowKey={({ id }) => id} />
          <Pager
            count={data.flows.count}
            newest={after !== undefined && { to: '/flows', search: {} }}
            older={data.flows.nextCursor && { to: '/flows', search: { after: data.flows.nextCursor } }}
          />
        </Stack>
      )}
      {data?.flows.items.length === 0 && (
        <EmptyState
          kind="first"
          title={t('flows.none.title')}
          action={
            <NeedsRole role="marketer" quietly>
              <ButtonLink to="/flows/new" kind="primary" icon="plus">
                {t('flows.none.do')}
              </ButtonLink>
            </NeedsRole>
          }
        >
          {t('flows.none.why')}
        </EmptyState>
      )}
    </Stack>
  )
}

/** From which tool to which, as their logos, and in words for those who listen. */
function Tools({ draft }: { draft: Row['draft'] }) {
  const { t } = useTranslation()
  const from = draft.trigger.connection?.connector
  const steps = draft.steps.flatMap(({ connection }) => connection?.connector ?? [])
  const to = [...new Map(steps.map((connector) => [connector.name, connector])).values()]
  const words = t('flows.fromTo', {
    from: from?.name ?? t('flows.anyTool'),
    to: to.map(({ name }) => name).join(', '),
  })
  return (
    <span className={css.tools} role="img" aria-label={words} title={words}>
      <VendorLogo svg={from?.logo} size="s" />
      <span aria-hidden="true">→</span>
      {to.map(({ logo, name }) => (
        <VendorLogo key={name} svg={logo} size="s" />
      ))}
    </span>
  )
}

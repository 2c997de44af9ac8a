import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { DayStrip } from '../../ui/DayStrip.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Table } from '../../ui/Table.tsx'
import type { Column } from '../../ui/Table.tsx'
import { useLiveReload } from '../events/use-live-reload.ts'
import { FlowStatus, FlowStatusFields } from './FlowStatus.tsx'

/** A week is counted anew at most this often. */
const GATHER_MS = 10_000

const FlowsWeekQuery = graphql(
  `
    query FlowsWeek($timeZone: String!) {
      flows(first: 8) {
        nextCursor
        items {
          id
          name
          ...FlowStatusFields
          runsPerDay(days: 7, timeZone: $timeZone) {
            day
            count
          }
        }
      }
    }
  `,
  [FlowStatusFields],
)

type Row = ResultOf<typeof FlowsWeekQuery>['flows']['items'][number]

/** The flows that were changed last, and how busy each was on the last seven days. Nothing where there is no flow. */
export function FlowsWeek() {
  const { t, i18n } = useTranslation()
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const { data, failure, isLoading, reload } = useData(FlowsWeekQuery, { timeZone })
  useLiveReload({ concerns: ({ kind }) => kind !== 'receipt', reload, gatherMs: GATHER_MS })
  if (data?.flows.items.length === 0) return null

  const most = Math.max(...(data?.flows.items ?? []).flatMap(({ runsPerDay }) => runsPerDay.map(countOf)))
  const digits = new Intl.NumberFormat(i18n.language)
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
    { key: 'state', header: t('flows.column.state'), cell: (flow) => <FlowStatus flow={flow} /> },
    {
      key: 'days',
      header: t('flows.column.week'),
      cell: ({ runsPerDay }) => <DayStrip days={runsPerDay} most={most} />,
    },
    {
      key: 'runs',
      header: t('flows.column.runs'),
      align: 'end',
      cell: ({ runsPerDay }) => digits.format(runsPerDay.map(countOf).reduce((sum, each) => sum + each, 0)),
    },
  ]
  return (
    <Section
      title={t('flows.week.title')}
      action={
        data?.flows.nextCursor && (
          <ButtonLink to="/flows" size="s" kind="quiet">
            {t('flows.week.all')}
          </ButtonLink>
        )
      }
    >
      {failure && !data && <FetchError what={t('flows.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && <Skeleton lines={3} />}
      {data && (
        <Table
          label={t('flows.week.title')}
          rows={data.flows.items}
          columns={columns}
          rowKey={({ id }) => id}
        />
      )}
    </Section>
  )
}

function countOf({ count }: { count: number }): number {
  return count
}

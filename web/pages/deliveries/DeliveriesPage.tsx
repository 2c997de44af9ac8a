import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ContactName, ContactNameFields } from '../../features/contacts/ContactName.tsx'
import { needsSomebody, waits } from '../../features/deliveries/delivery-states.ts'
import { DeliveryStatus } from '../../features/deliveries/DeliveryStatus.tsx'
import type { DeliveryState } from '../../features/deliveries/DeliveryStatus.tsx'
import { EventTabs } from '../../features/events/EventTabs.tsx'
import { PeriodSelect, usePeriodStart } from '../../features/events/PeriodSelect.tsx'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { reasonWords } from '../../features/reason-words.ts'
import { ReplayManyButton } from '../../features/replays/ReplayManyButton.tsx'
import { VendorCell } from '../../features/VendorCell.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Select } from '../../ui/Select.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import type { Column } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './DeliveriesPage.module.css'

const DeliveriesQuery = graphql(
  `
    query Deliveries($after: String, $filter: DeliveryFilter) {
      deliveries(first: 50, after: $after, filter: $filter) {
        count
        nextCursor
        items {
          id
          state
          actionId
          createdAt
          eventId
          action {
            name
          }
          reason {
            code
            data
          }
          connection {
            name
            connector {
              logo
            }
          }
          flow {
            name
          }
          contact {
            ...ContactNameFields
          }
        }
      }
    }
  `,
  [ContactNameFields],
)
const ChoicesQuery = graphql(`
  query DeliveryChoices {
    connections(first: 200) {
      items {
        id
        name
      }
    }
    flows(first: 200) {
      items {
        id
        name
      }
    }
  }
`)

type Row = ResultOf<typeof DeliveriesQuery>['deliveries']['items'][number]

/** What the page shows, as it stands in the address. */
export interface DeliveriesSearch {
  /** A state, or one of the groups below. */
  state?: string
  connection?: string
  flow?: string
  days?: number
  after?: string
}

/** States that one looks for together. */
const groups: Record<string, readonly DeliveryState[]> = { needs_you: needsSomebody, waits }
const single = [
  'delivered',
  ...needsSomebody,
  ...waits,
  'cancelled',
  'skipped',
] as const satisfies readonly DeliveryState[]
/** What a person can have sent again as a whole; of an unconfirmed one nobody knows whether it arrived. */
const replayable: readonly DeliveryState[] = ['needs_mapping', 'refused', 'failed']

/** Everything that was sent on, or is to be: where, for whom, and how it went. */
export function DeliveriesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { after, ...search } = useSearch({ from: '/shell/deliveries' })
  const { state: chosen, connection, flow, days } = search

  const choices = useData(ChoicesQuery, {})
  const from = usePeriodStart(days)
  const states = statesOf(chosen)
  const filter = {
    ...(states ? { states } : {}),
    ...(connection ? { connectionId: connection } : {}),
    ...(flow ? { flowId: flow } : {}),
    ...(from ? { created: { from } } : {}),
  }
  const list = useData(DeliveriesQuery, { after: after ?? null, filter })
  useLiveReload({ concerns: ({ kind }) => kind === 'delivery' && after === undefined, reload: list.reload })

  const again = states?.filter((each) => replayable.includes(each)) ?? []
  const isFiltered = Object.values(search).some((value) => value !== undefined)
  const show = (change: DeliveriesSearch) =>
    void navigate({ to: '/deliveries', search: { ...search, ...change }, replace: true })
  const deliveries = list.data?.deliveries
  const isFirst = !isFiltered && after === undefined && deliveries?.items.length === 0

  return (
    <Stack gap={8}>
      <PageHeader
        title={t('deliveries.title')}
        about={t('deliveries.about')}
        actions={
          <ReplayManyButton
            target={{
              kind: 'deliveries',
              states: again,
              connectionId: connection,
              flowId: flow,
              period: from ? { from } : undefined,
            }}
            isOffered={deliveries?.items.some(({ state }) => again.includes(state)) ?? false}
            onOver={list.reload}
          />
        }
      />
      <EventTabs />
      <Stack>
        {!isFirst && (
          <FilterBar label={t('deliveries.filter')}>
            <Select
              label={t('deliveries.byState')}
              required
              value={states ? (chosen ?? '') : ''}
              onChange={(value) => show({ state: value || undefined })}
              choices={[
                { value: '', label: t('deliveries.anyState') },
                ...Object.keys(groups).map((group) => ({
                  value: group,
                  label: t(`deliveries.group.${group}`),
                })),
                ...single.map((each) => ({ value: each, label: t(`delivery.state.${each}`) })),
              ]}
            />
            <Select
              label={t('deliveries.byConnection')}
              required
              value={connection ?? ''}
              onChange={(value) => show({ connection: value || undefined })}
              choices={named(t('events.anyConnection'), choices.data?.connections.items)}
            />
            <Select
              label={t('deliveries.byFlow')}
              required
              value={flow ?? ''}
              onChange={(value) => show({ flow: value || undefined })}
              choices={named(t('deliveries.anyFlow'), choices.data?.flows.items)}
            />
            <PeriodSelect days={days} onChange={(value) => show({ days: value })} />
          </FilterBar>
        )}
        {list.failure && !list.data && (
          <FetchError what={t('deliveries.notLoaded')} why={list.failure} onRetry={list.reload} />
        )}
        {list.isLoading && <Skeleton lines={8} />}
        {deliveries && deliveries.items.length > 0 && (
          <>
            <DeliveryTable rows={deliveries.items} />
            <Pager count={deliveries.count}>
              {after !== undefined && (
                <ButtonLink to="/deliveries" search={search} size="s" icon="left">
                  {t('pager.newest')}
                </ButtonLink>
              )}
              {deliveries.nextCursor && (
                <ButtonLink to="/deliveries" search={{ ...search, after: deliveries.nextCursor }} size="s">
                  {t('pager.older')}
                </ButtonLink>
              )}
            </Pager>
          </>
        )}
        {deliveries?.items.length === 0 && <Nothing isFirst={isFirst} />}
      </Stack>
    </Stack>
  )
}

function statesOf(name: string | undefined): DeliveryState[] | undefined {
  const group = groups[name ?? '']
  if (group) return [...group]
  const state = single.find((each) => each === name)
  return state && [state]
}

function named(anyOfThem: string, items: readonly { id: string; name: string }[] = []) {
  return [{ value: '', label: anyOfThem }, ...items.map(({ id, name }) => ({ value: id, label: name }))]
}

function DeliveryTable({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation()
  const columns: readonly Column<Row>[] = [
    {
      key: 'what',
      header: t('deliveries.column.what'),
      wide: true,
      cell: ({ eventId, action, actionId, connection, flow }) => (
        <VendorCell
          logo={connection?.connector?.logo}
          note={flow ? t('delivery.byFlow', { flow: flow.name }) : t('delivery.flowGone')}
        >
          <Link to="/events/$eventId" params={{ eventId }}>
            {t('delivery.title', {
              does: action?.name ?? actionId,
              where: connection?.name ?? t('delivery.connectionGone'),
            })}
          </Link>
        </VendorCell>
      ),
    },
    {
      key: 'who',
      header: t('events.column.who'),
      long: true,
      cell: ({ contact }) => (contact ? <ContactName contact={contact} /> : t('events.nobody')),
    },
    {
      key: 'outcome',
      header: t('events.column.outcome'),
      cell: ({ state, reason }) => (
        <>
          <DeliveryStatus state={state} />
          {reason && state !== 'delivered' && <span className={css.why}>{reasonWords(reason)}</span>}
        </>
      ),
    },
    {
      key: 'when',
      header: t('events.column.when'),
      align: 'end',
      cell: ({ createdAt }) => <Time at={createdAt} form="ago" />,
    },
  ]
  return <Table label={t('deliveries.title')} rows={rows} columns={columns} rowKey={({ id }) => id} />
}

function Nothing({ isFirst }: { isFirst: boolean }) {
  const { t } = useTranslation()
  if (isFirst) {
    return (
      <EmptyState
        kind="first"
        title={t('deliveries.none.title')}
        action={
          <ButtonLink to="/flows" kind="primary" icon="flow">
            {t('deliveries.none.do')}
          </ButtonLink>
        }
      >
        {t('deliveries.none.why')}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      kind="filtered"
      title={t('deliveries.noneFit')}
      action={
        <ButtonLink to="/deliveries" search={{}}>
          {t('deliveries.showAll')}
        </ButtonLink>
      }
    />
  )
}

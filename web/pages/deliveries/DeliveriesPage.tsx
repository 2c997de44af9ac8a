import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { groups, needsSomebody, waits } from '../../features/deliveries/delivery-states.ts'
import type { DeliveryState } from '../../features/deliveries/DeliveryStatus.tsx'
import { DeliveryRow, DeliveryTable } from '../../features/deliveries/DeliveryTable.tsx'
import { EventTabs } from '../../features/events/EventTabs.tsx'
import { PeriodSelect, usePeriodStart } from '../../features/events/PeriodSelect.tsx'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { ReplayManyButton } from '../../features/replays/ReplayManyButton.tsx'
import { GoneNotice } from '../../features/views/GoneNotice.tsx'
import { SavedViews } from '../../features/views/SavedViews.tsx'
import { useConnectionChoices, useFlowChoices } from '../../features/views/use-filter-choices.ts'
import { graphql } from '../../graphql/graphql.ts'
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

const DeliveriesQuery = graphql(
  `
    query Deliveries($after: String, $filter: DeliveryFilter) {
      deliveries(first: 50, after: $after, filter: $filter) {
        count
        nextCursor
        items {
          id
          state
          ...DeliveryRow
        }
      }
    }
  `,
  [DeliveryRow],
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

/** What the page shows, as it stands in the address. */
export interface DeliveriesSearch {
  /** The saved view that it began with. */
  view?: string
  /** A state, or a group of them. */
  state?: string
  connection?: string
  flow?: string
  days?: number
  after?: string
}

/** What one can look for by how it went: what somebody has to look at, what goes on by itself, or one state alone. */
const single = ['delivered', ...needsSomebody, ...waits, 'cancelled', 'skipped'] as const
const statesByName = new Map<string, readonly DeliveryState[]>([
  ...Object.entries(groups),
  ...single.map((state) => [state, [state]] as const),
])
/** What a person can have sent again as a whole; of an unconfirmed one nobody knows whether it arrived. */
const replayable: readonly DeliveryState[] = ['needs_mapping', 'refused', 'failed']

/** Everything that was sent on, or is to be: where, for whom, and how it went. */
export function DeliveriesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { after, ...search } = useSearch({ from: '/shell/deliveries' })
  const { state: chosen, connection, flow, days } = search

  const choices = useData(ChoicesQuery, {})
  const connections = useConnectionChoices(connection, choices.data?.connections.items)
  const flows = useFlowChoices(flow, choices.data?.flows.items, t('deliveries.anyFlow'))
  const from = usePeriodStart(days)
  const states = statesByName.get(chosen ?? '')
  const filter = {
    ...(states ? { states: [...states] } : {}),
    ...(connection ? { connectionId: connection } : {}),
    ...(flow ? { flowId: flow } : {}),
    ...(from ? { created: { from } } : {}),
  }
  const list = useData(DeliveriesQuery, { after: after ?? null, filter })
  useLiveReload({
    concerns: ({ kind }) => (kind === 'delivery' || kind === 'resumed') && after === undefined,
    reload: list.reload,
  })

  const again = states?.filter((each) => replayable.includes(each)) ?? []
  const isFiltered = [chosen, connection, flow, days].some((value) => value !== undefined)
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
          <SavedViews
            list="deliveries"
            search={{ ...search, state: states ? chosen : undefined }}
            linkTo={(view) => ({ to: '/deliveries', search: view })}
            onView={(view) => show({ view })}
          >
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
                choices={connections.choices}
              />
              <Select
                label={t('deliveries.byFlow')}
                required
                value={flow ?? ''}
                onChange={(value) => show({ flow: value || undefined })}
                choices={flows.choices}
              />
              <PeriodSelect days={days} onChange={(value) => show({ days: value })} />
            </FilterBar>
          </SavedViews>
        )}
        {connections.isGone && <GoneNotice what="connection" />}
        {flows.isGone && <GoneNotice what="flow" />}
        {list.failure && !list.data && (
          <FetchError what={t('deliveries.notLoaded')} why={list.failure} onRetry={list.reload} />
        )}
        {list.isLoading && <Skeleton lines={8} />}
        {deliveries && deliveries.items.length > 0 && (
          <>
            <DeliveryTable deliveries={deliveries.items} />
            <Pager
              count={deliveries.count}
              newest={after !== undefined && { to: '/deliveries', search: search }}
              older={
                deliveries.nextCursor && {
                  to: '/deliveries',
                  search: { ...search, after: deliveries.nextCursor },
                }
              }
            />
          </>
        )}
        {deliveries?.items.length === 0 && <Nothing isFirst={isFirst} />}
      </Stack>
    </Stack>
  )
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

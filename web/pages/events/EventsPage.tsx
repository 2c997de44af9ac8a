import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { ContactName, ContactNameFields } from '../../features/contacts/ContactName.tsx'
import { FindPerson } from '../../features/contacts/FindPerson.tsx'
import { EventOutcome } from '../../features/events/EventOutcome.tsx'
import { EventTabs } from '../../features/events/EventTabs.tsx'
import { EventNameFields, eventWords, happened } from '../../features/events/event-words.ts'
import { PeriodSelect, usePeriodStart } from '../../features/events/PeriodSelect.tsx'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { outcomes, useMissed } from '../../features/events/use-missed.ts'
import { ReplayManyButton } from '../../features/replays/ReplayManyButton.tsx'
import { GoneNotice } from '../../features/views/GoneNotice.tsx'
import { SavedViews } from '../../features/views/SavedViews.tsx'
import { useConnectionChoices, useFlowChoices } from '../../features/views/use-filter-choices.ts'
import { VendorCell } from '../../features/VendorCell.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button, ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Select } from '../../ui/Select.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import type { Column } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './EventsPage.module.css'

const EventsQuery = graphql(
  `
    query Events($after: String, $filter: EventFilter, $flow: ID) {
      events(first: 50, after: $after, filter: $filter) {
        count
        nextCursor
        items {
          id
          ...EventNameFields
          recordedAt
          deliveryStates(flowId: $flow)
          connection {
            name
            connector {
              logo
            }
          }
          contact {
            ...ContactNameFields
          }
        }
      }
    }
  `,
  [ContactNameFields, EventNameFields],
)
const ChoicesQuery = graphql(`
  query EventChoices {
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
    vocabulary {
      name
    }
  }
`)
const PersonQuery = graphql(`
  query EventPerson($email: String!) {
    findContact(email: $email) {
      id
    }
  }
`)

type Row = ResultOf<typeof EventsQuery>['events']['items'][number]

/** What is found by its runs or deliveries costs the hub several looks for each event that it counts. */
const SOUGHT_GATHER_MS = 5_000

/** What the events page shows, as it stands in the address. */
export interface EventsSearch {
  /** The saved view that it began with. */
  view?: string
  connection?: string
  name?: string
  flow?: string
  /** What became of them. */
  state?: string
  person?: string
  days?: number
  after?: string
}

/** Everything that happened, as it comes. */
export function EventsPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { after, state, ...rest } = useSearch({ from: '/shell/events' })
  // An address can carry any word.
  const outcome = outcomes.find((each) => each === state)
  const search = { ...rest, ...(outcome ? { state: outcome } : {}) }
  const { connection, name, flow, person, days } = search
  const [isPaused, setIsPaused] = useState(false)

  const choices = useData(ChoicesQuery, {})
  const connections = useConnectionChoices(connection, choices.data?.connections.items)
  const flows = useFlowChoices(flow, choices.data?.flows.items, t('events.anyFlow'))
  const found = useData(PersonQuery, { email: person ?? '' }, person === undefined)
  const contactId = person === undefined ? undefined : found.data?.findContact?.id
  const from = usePeriodStart(days)
  const filter = {
    ...(connection ? { connectionId: connection } : {}),
    ...(name ? { name } : {}),
    ...(flow ? { flowId: flow } : {}),
    ...(outcome ? { outcome } : {}),
    ...(contactId ? { contactId } : {}),
    ...(from ? { recorded: { from } } : {}),
  }
  const isNobody = person !== undefined && found.data !== undefined && contactId === undefined
  const isWaitingForPerson = person !== undefined && contactId === undefined
  const list = useData(EventsQuery, { after: after ?? null, filter, flow: flow ?? null }, isWaitingForPerson)
  useLiveReload({
    concerns: (news) => news.kind !== 'receipt' && after === undefined,
    reload: list.reload,
    isPaused,
    ...(flow || outcome ? { gatherMs: SOUGHT_GATHER_MS } : {}),
  })
  const missed = useMissed({ filter, isCounting: isPaused && after === undefined })
  function catchUp(): void {
    missed.forget()
    list.reload()
  }

  // Requests are read again as a whole: by where they came from and when, not by what was found in them.
  const isByContent = [name, flow, outcome, person].some((value) => value !== undefined)
  const isReplayable = (connection !== undefined || from !== undefined) && !isByContent
  const isFiltered = isByContent || connection !== undefined || days !== undefined
  const show = (change: EventsSearch) =>
    void navigate({ to: '/events', search: { ...search, ...change }, replace: true })
  const events = isNobody ? undefined : list.data?.events
  // Before the first event there is nothing to look for, and nothing to hold still.
  const isFirst = !isFiltered && after === undefined && events?.items.length === 0

  return (
    <Stack gap={8}>
      <PageHeader
        title={t('events.title')}
        about={t('events.about')}
        actions={
          !isFirst && (
            <>
              <ReplayManyButton
                target={{ kind: 'receipts', connectionId: connection, period: from ? { from } : undefined }}
                isOffered={isReplayable}
                onOver={list.reload}
              />
              <Button
                icon={isPaused ? 'play' : 'pause'}
                onClick={() => {
                  setIsPaused(!isPaused)
                  if (isPaused) catchUp()
                }}
              >
                {t(isPaused ? 'events.goOn' : 'events.pause')}
              </Button>
            </>
          )
        }
      />
      <EventTabs />
      <Stack>
        {!isFirst && (
          <SavedViews
            list="events"
            search={search}
            leavesOut={person === undefined ? undefined : t('events.viewWithoutPerson')}
            linkTo={(view) => ({ to: '/events', search: view })}
            onView={(view) => show({ view })}
          >
            <FilterBar label={t('events.filter')}>
              <Select
                label={t('events.byConnection')}
                required
                value={connection ?? ''}
                onChange={(value) => show({ connection: value || undefined })}
                choices={connections.choices}
              />
              <Select
                label={t('events.byName')}
                required
                value={name ?? ''}
                onChange={(value) => show({ name: value || undefined })}
                choices={[
                  { value: '', label: t('events.anyName') },
                  ...(choices.data?.vocabulary ?? []).map((word) => ({
                    value: word.name,
                    label: eventWords(word.name),
                  })),
                ]}
              />
              <Select
                label={t('events.byFlow')}
                required
                value={flow ?? ''}
                onChange={(value) => show({ flow: value || undefined })}
                choices={flows.choices}
              />
              <Select
                label={t('events.byOutcome')}
                required
                value={outcome ?? ''}
                onChange={(value) => show({ state: value || undefined })}
                choices={[
                  { value: '', label: t('events.anyOutcome') },
                  ...outcomes.map((each) => ({ value: each, label: t(`events.outcome.${each}`) })),
                ]}
              />
              <PeriodSelect days={days} onChange={(value) => show({ days: value })} />
              <NeedsRole role="marketer" quietly>
                <FindPerson
                  key={person}
                  label={t('events.byPerson')}
                  person={person}
                  onFind={(address) => show({ person: address })}
                />
              </NeedsRole>
            </FilterBar>
          </SavedViews>
        )}
        {connections.isGone && <GoneNotice what="connection" />}
        {flows.isGone && <GoneNotice what="flow" />}
        <div role="status" className={css.news}>
          {(missed.count > 0 || missed.isUnsure) && (
            <Notice
              title={
                missed.isUnsure ? t('events.maybeWaiting') : t('events.waiting', { count: missed.count })
              }
              action={
                <Button size="s" onClick={catchUp}>
                  {t('events.showThem')}
                </Button>
              }
            />
          )}
        </div>
        {list.failure && !list.data && (
          <FetchError what={t('events.notLoaded')} why={list.failure} onRetry={list.reload} />
        )}
        {found.failure && !found.data && (
          <FetchError what={t('events.notLoaded')} why={found.failure} onRetry={found.reload} />
        )}
        {(list.isLoading || (found.isLoading && !isNobody)) && <Skeleton lines={8} />}
        {events && events.items.length > 0 && (
          <>
            <EventTable rows={events.items} />
            <Pager
              count={events.count}
              newest={after !== undefined && { to: '/events', search: search }}
              older={events.nextCursor && { to: '/events', search: { ...search, after: events.nextCursor } }}
            />
          </>
        )}
        {(isNobody || events?.items.length === 0) && (
          <Nothing isFiltered={isFiltered || after !== undefined} isNobody={isNobody} />
        )}
      </Stack>
    </Stack>
  )
}

function EventTable({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation()
  const columns: readonly Column<Row>[] = [
    {
      key: 'what',
      header: t('events.column.what'),
      wide: true,
      cell: ({ id, connection, ...event }) => (
        <VendorCell logo={connection?.connector?.logo} note={connection?.name ?? t('events.connectionGone')}>
          <Link to="/events/$eventId" params={{ eventId: id }}>
            {happened(event)}
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
      cell: ({ deliveryStates }) => <EventOutcome states={deliveryStates} />,
    },
    {
      key: 'when',
      header: t('events.column.when'),
      align: 'end',
      cell: ({ recordedAt }) => <Time at={recordedAt} form="ago" />,
    },
  ]
  return <Table label={t('events.title')} rows={rows} columns={columns} rowKey={({ id }) => id} />
}

function Nothing({ isFiltered, isNobody }: { isFiltered: boolean; isNobody: boolean }) {
  const { t } = useTranslation()
  if (isFiltered) {
    return (
      <EmptyState
        kind="filtered"
        title={t(isNobody ? 'events.noSuchPerson' : 'events.noneFit')}
        action={
          <ButtonLink to="/events" search={{}}>
            {t('events.showAll')}
          </ButtonLink>
        }
      />
    )
  }
  return (
    <EmptyState
      kind="first"
      title={t('events.none.title')}
      action={
        <ButtonLink to="/connections" kind="primary" icon="plug">
          {t('events.none.do')}
        </ButtonLink>
      }
    >
      {t('events.none.why')}
    </EmptyState>
  )
}

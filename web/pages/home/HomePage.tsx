import { Link, useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { FlowsWeek } from '../../features/flows/FlowsWeek.tsx'
import { Need, NeedsYou } from '../../features/problems/NeedsYou.tsx'
import { ProblemFields } from '../../features/problems/problem-fields.ts'
import { SnoozedProblems } from '../../features/problems/SnoozedProblems.tsx'
import { ReplayDialog } from '../../features/replays/ReplayDialog.tsx'
import { ReplayProgress } from '../../features/replays/ReplayProgress.tsx'
import type { ReplayTarget } from '../../features/replays/use-replay.ts'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Anchor } from '../../ui/Anchor.tsx'
import { ButtonLink } from '../../ui/Button.tsx'
import { Columns } from '../../ui/Columns.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Tallies } from '../../ui/Tallies.tsx'
import { useAnchor } from '../../ui/use-anchor.ts'

const TodayQuery = graphql(
  `
    query Today {
      problems {
        isCapped
        items {
          id
          ...ProblemFields
        }
        snoozed {
          id
          ...ProblemFields
        }
      }
      identityReviews(first: 1, isDecided: false) {
        count
      }
      flows(first: 1) {
        count
      }
      replays(first: 5) {
        items {
          id
          state
        }
      }
      statistics(hours: 24) {
        openDeliveries
        receiptTotals {
          state
          count
        }
        deliveryTotals {
          state
          count
        }
      }
    }
  `,
  [ProblemFields],
)

/** It counts a lot: a busy hub is not asked with every delivery. */
const GATHER_MS = 3_000

type Today = ResultOf<typeof TodayQuery>

/** Where one looks first: what needs somebody, and what the last day brought. */
export function HomePage() {
  const { t } = useTranslation()
  const { data, failure, isLoading, reload } = useData(TodayQuery, {})
  const { hash } = useLocation()
  useAnchor(hash)
  const [replaying, setReplaying] = useState<ReplayTarget>()
  useLiveReload({ concerns: () => true, reload, gatherMs: GATHER_MS })

  /** What was pressed goes with its card or row: the keyboard goes on from the heading above it that stays. */
  function goOn(part: string, stays: boolean): void {
    const heading = document.querySelector<HTMLElement>(stays ? `#${part} h2` : 'h1')
    heading?.focus({ preventScroll: true })
    reload()
  }

  return (
    <Stack gap={8}>
      <PageHeader title={t('home.title')} about={t('home.about')} />
      {failure && !data && <FetchError what={t('home.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && <Skeleton lines={6} />}
      {data && (
        <Attention
          today={data}
          reload={reload}
          onReplay={setReplaying}
          onSnoozed={() => goOn('needs-you', data.problems.items.length > 1)}
        />
      )}
      {data && <Numbers today={data} />}
      {data && <FlowsWeek />}
      {data && (
        <SnoozedProblems
          problems={data.problems.snoozed}
          onChanged={reload}
          onWoken={() => goOn('snoozed', data.problems.snoozed.length > 1)}
        />
      )}
      {replaying && (
        <ReplayDialog
          target={replaying}
          title={t('replay.ask.deliveries')}
          onClose={() => setReplaying(undefined)}
          onOver={reload}
        />
      )}
    </Stack>
  )
}

function Attention({
  today,
  reload,
  onReplay,
  onSnoozed,
}: {
  today: Today
  reload: () => void
  onReplay: (target: ReplayTarget) => void
  onSnoozed: () => void
}) {
  const { t } = useTranslation()
  const { problems, identityReviews, replays, flows, statistics } = today
  const running = replays.items.filter(({ state }) => state === 'running')
  const notTakenIn = statistics.receiptTotals
    .filter(({ state }) => isNotTakenIn(state))
    .reduce((sum, { count }) => sum + count, 0)
  const isAllWell =
    problems.items.length === 0 && identityReviews.count === 0 && running.length === 0 && notTakenIn === 0
  if (isAllWell) {
    // Where nothing can go wrong yet there is nothing to be glad of.
    if (flows.count === 0) return null
    const snoozed = problems.snoozed.length
    return snoozed === 0 ? (
      <Notice tone="good" title={t('home.allWell')} />
    ) : (
      <Notice title={t('home.onlySnoozed', { count: snoozed })}>
        <Link to="/" hash="snoozed" resetScroll={false}>
          {t('home.seeSnoozed', { count: snoozed })}
        </Link>
      </Notice>
    )
  }
  return (
    <Anchor id="needs-you">
      <Section title={t('home.needsYou')}>
        {running.map(({ id }) => (
          <ReplayProgress key={id} id={id} onOver={reload} />
        ))}
        <NeedsYou problems={problems.items} onReplay={onReplay} onSnoozed={onSnoozed} />
        {notTakenIn > 0 && (
          <Need
            tone="warn"
            title={t('home.notTakenIn', { count: notTakenIn })}
            actions={
              <ButtonLink size="s" icon="events" to="/receipts">
                {t('home.lookAtThem')}
              </ButtonLink>
            }
          >
            <p>{t('home.notTakenInWhy')}</p>
          </Need>
        )}
        {identityReviews.count > 0 && (
          <Need
            tone="warn"
            title={t('home.reviews', { count: identityReviews.count })}
            actions={
              <ButtonLink size="s" icon="people" to="/contacts/reviews">
                {t('home.decide')}
              </ButtonLink>
            }
          >
            <p>{t('home.reviewsWhy')}</p>
          </Need>
        )}
        {problems.isCapped && <p>{t('home.capped')}</p>}
      </Section>
    </Anchor>
  )
}

function Numbers({ today: { statistics, flows } }: { today: Today }) {
  const { t } = useTranslation()
  const { receiptTotals, deliveryTotals, openDeliveries } = statistics
  // What went well is said first.
  const sent = deliveryTotals.toSorted(
    (one, other) => Number(other.state === 'delivered') - Number(one.state === 'delivered'),
  )
  if (receiptTotals.length === 0 && deliveryTotals.length === 0) {
    if (flows.count === 0) {
      return (
        <EmptyState
          kind="first"
          title={t('home.start.title')}
          action={
            <ButtonLink to="/flows/new" kind="primary" icon="flow">
              {t('flows.none.do')}
            </ButtonLink>
          }
        >
          {t('home.start.why')}
        </EmptyState>
      )
    }
    return (
      <EmptyState
        kind="first"
        title={t('home.none.title')}
        action={
          <ButtonLink to="/connections" kind="primary" icon="plug">
            {t('events.none.do')}
          </ButtonLink>
        }
      >
        {t('home.none.why')}
      </EmptyState>
    )
  }
  return (
    <Columns>
      <Section title={t('home.arrived')} framed>
        <Tallies
          tallies={receiptTotals.map(({ state, count }) => ({
            key: state,
            name: isNotTakenIn(state) ? (
              <Link to="/receipts">{t(`receipt.state.${state}`)}</Link>
            ) : (
              t(`receipt.state.${state}`)
            ),
            count,
          }))}
        />
      </Section>
      <Section title={t('home.sent')} framed>
        <Tallies
          tallies={sent.map(({ state, count }) => ({
            key: state,
            name: (
              <Link to="/deliveries" search={{ state, days: 1 }}>
                {t(`delivery.state.${state}`)}
              </Link>
            ),
            count,
          }))}
        />
        {openDeliveries > 0 && (
          <p>
            <Link to="/deliveries" search={{ state: 'waits' }}>
              {t('home.open', { count: openDeliveries })}
            </Link>
          </p>
        )}
      </Section>
    </Columns>
  )
}

function isNotTakenIn(state: string): boolean {
  return state === 'refused' || state === 'not_understood'
}

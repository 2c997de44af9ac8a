import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'

const TodayQuery = graphql(`
  query Today {
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
      openBreakers {
        id
        name
      }
    }
  }
`)

/** Where one looks first: what is held up, and what the last day brought. */
export function HomePage() {
  const { t } = useTranslation()
  const { data, failure, isLoading, reload } = useData(TodayQuery, {})
  useLiveReload({ concerns: () => true, reload })
  const today = data?.statistics
  const isQuiet = today?.receiptTotals.length === 0 && today.deliveryTotals.length === 0

  return (
    <Stack gap={8}>
      <PageHeader title={t('home.title')} about={t('home.about')} />
      {failure && !data && <FetchError what={t('home.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && <Skeleton lines={6} />}
      {today?.openBreakers.map(({ id, name }) => (
        <Notice key={id} tone="bad" title={t('home.heldUp', { name })}>
          <Link to="/connections/$id" params={{ id }}>
            {t('delivery.lookAtConnection', { where: name })}
          </Link>
        </Notice>
      ))}
      {today && isQuiet && (
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
      )}
      {today && !isQuiet && (
        <>
          <Section title={t('home.arrived')} framed>
            <Facts
              facts={today.receiptTotals.map(({ state, count }) => [t(`receipt.state.${state}`), count])}
            />
          </Section>
          <Section title={t('home.sent')} framed>
            <Facts
              facts={today.deliveryTotals.map(({ state, count }) => [t(`delivery.state.${state}`), count])}
            />
            <p>{t('home.open', { count: today.openDeliveries })}</p>
          </Section>
        </>
      )}
    </Stack>
  )
}

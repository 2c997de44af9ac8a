import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { FetchError } from '../../ui/FetchError.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useMay } from '../../app/me.tsx'
import css from './Exchanges.module.css'
import { ExchangeFields, Exchanges } from './Exchanges.tsx'

const ExchangesQuery = graphql(
  `
    query AttemptExchanges($deliveryId: ID!, $withHeaders: Boolean!) {
      delivery(id: $deliveryId) {
        attempts {
          id
          exchanges {
            ...ExchangeFields
          }
        }
      }
    }
  `,
  [ExchangeFields],
)

/** What went over the wire in one attempt of a delivery. */
export function AttemptExchanges({ deliveryId, attemptId }: { deliveryId: string; attemptId: string }) {
  const { t } = useTranslation()
  const withHeaders = useMay('ops')
  const { data, failure, isLoading, reload } = useData(ExchangesQuery, { deliveryId, withHeaders })
  if (isLoading) return <Skeleton lines={4} />
  if (failure && !data) return <FetchError what={t('attempt.notLoaded')} why={failure} onRetry={reload} />
  const exchanges = data?.delivery?.attempts.find(({ id }) => id === attemptId)?.exchanges
  if (!exchanges || exchanges.length === 0) return <p className={css.cut}>{t('attempt.notKept')}</p>
  return <Exchanges exchanges={exchanges} />
}

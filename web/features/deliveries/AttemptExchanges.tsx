import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import type { Json } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { FetchError } from '../../ui/FetchError.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useMay } from '../../app/me.tsx'
import { PayloadView } from '../payload/PayloadView.tsx'
import css from './AttemptExchanges.module.css'

const ExchangesQuery = graphql(`
  query AttemptExchanges($deliveryId: ID!, $withHeaders: Boolean!) {
    delivery(id: $deliveryId) {
      attempts {
        id
        exchanges {
          method
          url
          status
          durationMs
          errorMessage
          requestHeaders @include(if: $withHeaders)
          responseHeaders
          requestBody {
            text
            bytes
            isCut
          }
          responseBody {
            text
            bytes
            isCut
          }
        }
      }
    }
  }
`)

/** What went over the wire in one attempt: we sent, they answered. */
export function AttemptExchanges({ deliveryId, attemptId }: { deliveryId: string; attemptId: string }) {
  const { t } = useTranslation()
  const withHeaders = useMay('ops')
  const { data, failure, isLoading, reload } = useData(ExchangesQuery, { deliveryId, withHeaders })
  if (isLoading) return <Skeleton lines={4} />
  if (failure && !data) return <FetchError what={t('attempt.notLoaded')} why={failure} onRetry={reload} />
  const exchanges = data?.delivery?.attempts.find(({ id }) => id === attemptId)?.exchanges
  if (!exchanges || exchanges.length === 0) return <p className={css.none}>{t('attempt.notKept')}</p>

  return exchanges.map((exchange, at) => (
    <div key={at} className={css.exchange}>
      <p className={css.address}>
        <code>
          {exchange.method} {exchange.url}
        </code>
        <span>{t('attempt.took', { ms: exchange.durationMs })}</span>
      </p>
      {exchange.requestHeaders !== undefined && exchange.requestHeaders !== null && (
        <PayloadView label={t('attempt.requestHeaders')} payload={exchange.requestHeaders} />
      )}
      <Body label={t('attempt.sent')} body={exchange.requestBody} />
      {exchange.errorMessage && <p className={css.error}>{exchange.errorMessage}</p>}
      {exchange.status !== null && (
        <>
          <PayloadView
            label={t('attempt.answered', { status: exchange.status })}
            payload={exchange.responseBody?.text ?? ''}
          />
          {hasEntries(exchange.responseHeaders) && (
            <PayloadView label={t('attempt.responseHeaders')} payload={exchange.responseHeaders} />
          )}
          {exchange.responseBody?.isCut && <p className={css.none}>{t('attempt.cut')}</p>}
        </>
      )}
    </div>
  ))
}

function Body({ label, body }: { label: string; body: { text: string; isCut: boolean } | null }) {
  const { t } = useTranslation()
  if (!body) return null
  return (
    <>
      <PayloadView label={label} payload={body.text} />
      {body.isCut && <p className={css.none}>{t('attempt.cut')}</p>}
    </>
  )
}

function hasEntries(headers: Json): boolean {
  return typeof headers === 'object' && headers !== null && Object.keys(headers).length > 0
}

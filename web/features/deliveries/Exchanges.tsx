import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf, Json } from '../../graphql/graphql.ts'
import { PayloadView } from '../payload/PayloadView.tsx'
import css from './Exchanges.module.css'

/** Headers of requests are for those who may see them: `withHeaders` is a variable of the whole query. */
export const ExchangeFields = graphql(`
  fragment ExchangeFields on Exchange {
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
`)

/** What went over the wire: we sent, they answered. */
export function Exchanges({ exchanges }: { exchanges: readonly FragmentOf<typeof ExchangeFields>[] }) {
  const { t } = useTranslation()
  return readFragment(ExchangeFields, exchanges).map((exchange, at) => (
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
          {exchange.responseBody?.isCut && <p className={css.cut}>{t('attempt.cut')}</p>}
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
      {body.isCut && <p className={css.cut}>{t('attempt.cut')}</p>}
    </>
  )
}

function hasEntries(headers: Json): boolean {
  return typeof headers === 'object' && headers !== null && Object.keys(headers).length > 0
}

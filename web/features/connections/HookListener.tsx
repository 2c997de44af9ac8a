import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '../../app/live.ts'
import { reasonWords } from '../reason-words.ts'
import { ReceiptOutcomeFields, receiptMeaning } from '../receipts/receipt-meaning.ts'
import { readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './HookListener.module.css'

/**
 * Listens at the address of a connection: waits for the first webhook and says at once that it has come, what it meant,
 * or why it was refused and what to do about it.
 */
export function HookListener({
  connectionId,
  vendor,
  newest,
  onNews,
}: {
  connectionId: string
  vendor: string
  /** What arrived last, as far as the page knows. */
  newest: FragmentOf<typeof ReceiptOutcomeFields> | undefined
  /** Something has arrived: what the page shows is out of date. */
  onNews: () => void
}) {
  const { t } = useTranslation()
  const [isTold, setIsTold] = useState(false)
  useLive((news) => {
    if (news.kind === 'receipt' && news.receipt?.connectionId !== connectionId) return
    if (news.kind === 'delivery' || (news.kind === 'event' && news.event?.connectionId !== connectionId))
      return
    setIsTold(true)
    onNews()
  })
  return (
    <div role="status" aria-live="polite" className={css.listener} data-fresh={isTold || undefined}>
      {newest ? (
        <Arrived receipt={newest} vendor={vendor} />
      ) : (
        <p className={css.waiting}>
          <span className={css.pulse}>
            <Icon name="signal" />
          </span>
          <span>
            <strong>{t('listener.waiting.title')}</strong>
            <span className={css.about}>{t('listener.waiting.about', { vendor })}</span>
          </span>
        </p>
      )}
    </div>
  )
}

function Arrived({ receipt, vendor }: { receipt: FragmentOf<typeof ReceiptOutcomeFields>; vendor: string }) {
  const { t } = useTranslation()
  const outcome = readFragment(ReceiptOutcomeFields, receipt)
  const { state, receivedAt, reason } = outcome
  const why = reason ? reasonWords(reason) : ''
  const when = <Time at={receivedAt} form="ago" />
  if (state === 'refused') {
    return (
      <Notice tone="bad" title={t('listener.refused.title')}>
        <p>{why}</p>
        <p>{t('listener.refused.next')}</p>
        <p className={css.when}>{when}</p>
      </Notice>
    )
  }
  if (state === 'not_understood') {
    return (
      <Notice tone="warn" title={t('listener.notUnderstood.title')}>
        <p>{why}</p>
        <p>{t('listener.notUnderstood.next', { vendor })}</p>
        <p className={css.when}>{when}</p>
      </Notice>
    )
  }
  const names = receiptMeaning(outcome)
  const meaning = names
    ? t('listener.arrived.meaning', { names })
    : t(state === 'stored' ? 'listener.arrived.atWork' : 'listener.arrived.noEvent')
  return (
    <Notice tone="good" title={t('listener.arrived.title')}>
      <p>{meaning}</p>
      <p className={css.when}>{when}</p>
    </Notice>
  )
}

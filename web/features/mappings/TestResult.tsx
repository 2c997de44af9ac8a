import { useTranslation } from 'react-i18next'
import { Notice } from '../../ui/Notice.tsx'
import { Exchanges } from '../deliveries/Exchanges.tsx'
import { PayloadView } from '../payload/PayloadView.tsx'
import { reasonWords } from '../reason-words.ts'
import type { SentTest } from './SendTest.tsx'

/** What became of a test: whether it arrived, whether something is different there now, and every word of it. */
export function TestResult({
  sent: { ok, changed, reason, output, exchanges },
  tool,
}: {
  sent: SentTest
  tool: string
}) {
  const { t } = useTranslation()
  return (
    <>
      <Notice
        tone={ok ? 'good' : 'bad'}
        title={ok ? t('mapping.test.arrived', { tool }) : reason && reasonWords(reason)}
      >
        {t(`mapping.test.changed.${changed}`, { tool })}
      </Notice>
      <Exchanges exchanges={exchanges} />
      {output !== null && <PayloadView label={t('mapping.test.output')} payload={output} />}
    </>
  )
}

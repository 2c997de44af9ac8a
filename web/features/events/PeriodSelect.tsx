import { useTranslation } from 'react-i18next'
import { Select } from '../../ui/Select.tsx'
import { useNow } from '../../ui/use-now.ts'

const usual = [1, 7, 30]
const HOUR_MS = 3_600_000

/** How far back a list goes. */
export function PeriodSelect({
  days,
  onChange,
}: {
  days: number | undefined
  onChange: (days: number | undefined) => void
}) {
  const { t } = useTranslation()
  // An address may have been written by hand, or by another program.
  const periods = days === undefined || usual.includes(days) ? usual : [...usual, days].sort((a, b) => a - b)
  return (
    <Select
      label={t('events.byPeriod')}
      required
      value={String(days ?? '')}
      onChange={(value) => onChange(value ? Number(value) : undefined)}
      choices={[
        { value: '', label: t('events.anyTime') },
        ...periods.map((count) => ({ value: String(count), label: t('events.lastDays', { count }) })),
      ]}
    />
  )
}

/** When the last `days` began, to the hour, so that the same filter stays the same question. */
export function usePeriodStart(days: number | undefined): string | undefined {
  const hour = Math.floor(useNow() / HOUR_MS)
  return days ? new Date((hour - days * 24) * HOUR_MS).toISOString() : undefined
}

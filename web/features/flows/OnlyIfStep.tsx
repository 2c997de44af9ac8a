import { useTranslation } from 'react-i18next'
import { FetchError } from '../../ui/FetchError.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { ConditionBuilder } from '../conditions/ConditionBuilder.tsx'
import type { Definition } from './definition.ts'
import { TrialOutcome } from './TrialOutcome.tsx'
import type { Trial } from './use-trial.ts'

/** *Only if*: the condition, and how it would have fared. */
export function OnlyIfStep({
  definition,
  trial: { trial, failure, isLoading, reload },
  onChange,
}: {
  definition: Definition
  trial: { trial: Trial | undefined; failure: string | undefined; isLoading: boolean; reload: () => void }
  onChange: (next: Definition) => void
}) {
  const { t } = useTranslation()
  // Which fields there are, and of which kind, decides how a value is typed: before that is known, what somebody types
  // would be lost or be kept as another kind.
  if (isLoading) return <Skeleton lines={2} />
  return (
    <>
      <p>{t('flow.onlyIf.about')}</p>
      <ConditionBuilder
        stored={definition.filter}
        fields={trial?.fields ?? []}
        onChange={(filter) => onChange({ ...definition, filter })}
      />
      {trial?.isMadeUp && definition.trigger.events.length > 0 && <p>{t('flow.onlyIf.madeUp')}</p>}
      {failure && <FetchError what={t('flow.trial.notLoaded')} why={failure} onRetry={reload} />}
      {trial && definition.filter !== null && <TrialOutcome trial={trial} />}
    </>
  )
}

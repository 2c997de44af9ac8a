import { useTranslation } from 'react-i18next'
import { FetchError } from '../../ui/FetchError.tsx'
import { Select } from '../../ui/Select.tsx'
import { Anchor } from '../../ui/Anchor.tsx'
import type { Definition } from './definition.ts'
import { EventPicker } from './EventPicker.tsx'
import type { Tools } from './use-tools.ts'
import type { Trial } from './use-trial.ts'
import { LatestEvents } from './LatestEvents.tsx'

const ANY = ''

/** *When*: whose events, which of them, and how often one person may go through. */
export function WhenStep({
  definition,
  tools,
  trial,
  onChange,
}: {
  definition: Definition
  tools: Tools
  trial: { trial: Trial | undefined; failure: string | undefined; reload: () => void }
  onChange: (next: Definition) => void
}) {
  const { t } = useTranslation()
  const { trigger, entry } = definition
  const sources = tools.connections.filter(({ id }) => (tools.connectorOf(id)?.triggers.length ?? 0) > 0)
  const isGone = trigger.connectionId !== null && !tools.connection(trigger.connectionId)

  function listenTo(id: string): void {
    const connectionId = id === ANY ? null : id
    const offered = tools.connectorOf(connectionId)?.triggers.flatMap(({ events }) => events)
    const events = trigger.events.filter((name) => !offered || offered.includes(name))
    onChange({ ...definition, trigger: { connectionId, events } })
  }

  return (
    <>
      <Anchor id="when-connection">
        <Select
          label={t('flow.when.where')}
          required
          value={trigger.connectionId ?? ANY}
          onChange={listenTo}
          problem={isGone ? t('flow.when.gone') : undefined}
          choices={[
            ...(isGone ? [{ value: trigger.connectionId ?? '', label: t('events.connectionGone') }] : []),
            ...sources.map(({ id, name }) => ({ value: id, label: name })),
            { value: ANY, label: t('events.anyConnection') },
          ]}
        />
      </Anchor>
      <Anchor id="when-events">
        <EventPicker
          tools={tools}
          connectionId={trigger.connectionId}
          chosen={trigger.events}
          onChange={(events) => onChange({ ...definition, trigger: { ...trigger, events } })}
        />
      </Anchor>
      <Select
        label={t('flow.when.often')}
        required
        value={entry}
        onChange={(next) => onChange({ ...definition, entry: next })}
        choices={[
          { value: 'every_event', label: t('flow.entry.every_event') },
          { value: 'once_per_contact', label: t('flow.entry.once_per_contact') },
        ]}
      />
      {trial.failure && (
        <FetchError what={t('flow.trial.notLoaded')} why={trial.failure} onRetry={trial.reload} />
      )}
      {trial.trial && trigger.events.length > 0 && <LatestEvents trial={trial.trial} />}
    </>
  )
}

import { useTranslation } from 'react-i18next'
import { Anchor } from '../../ui/Anchor.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextField } from '../../ui/TextField.tsx'
import type { Definition, StepDefinition } from './definition.ts'
import { MappingChoice } from './MappingChoice.tsx'
import { StepMapping } from './StepMapping.tsx'
import type { Tools } from './use-tools.ts'

/** *Do*: in which tool, what, and with which data. */
export function DoStep({
  step,
  tools,
  trigger,
  flowName,
  latestEventId,
  onChange,
}: {
  step: StepDefinition
  tools: Tools
  trigger: Definition['trigger']
  flowName: string
  latestEventId: string | undefined
  onChange: (next: StepDefinition) => void
}) {
  const { t } = useTranslation()
  const { id, name, connectionId, actionId, mappingId } = step
  const connector = tools.connectorOf(connectionId)
  const action = tools.action(connectionId, actionId)
  const able = tools.connections.filter((each) => (tools.connectorOf(each.id)?.actions.length ?? 0) > 0)

  function sendTo(next: string): void {
    // Another account at the same vendor can do the same with the same data.
    const isSame = tools.connectorOf(next) === connector
    onChange({ ...step, connectionId: next, ...(isSame ? {} : { actionId: '', mappingId: '' }) })
  }

  return (
    <>
      <Anchor id={`${id}-connection`}>
        <Select
          label={t('flow.do.where')}
          required
          value={connectionId}
          onChange={sendTo}
          choices={withPresent(
            connectionId,
            tools.connection(connectionId) ? undefined : t('delivery.connectionGone'),
            able.map((each) => ({ value: each.id, label: each.name })),
            t('flow.do.choose'),
          )}
        />
      </Anchor>
      {connector && (
        <Anchor id={`${id}-action`}>
          <Select
            label={t('flow.do.what')}
            required
            help={action?.description}
            value={actionId}
            onChange={(next) => onChange({ ...step, actionId: next, mappingId: '' })}
            choices={withPresent(
              actionId,
              action ? undefined : actionId,
              connector.actions.map((each) => ({ value: each.id, label: each.name })),
              t('flow.do.choose'),
            )}
          />
        </Anchor>
      )}
      {connector && action && (
        <Anchor id={`${id}-mapping`}>
          {mappingId === '' ? (
            <MappingChoice
              connectorId={connector.id}
              action={action}
              trigger={trigger}
              tools={tools}
              flowName={flowName}
              latestEventId={latestEventId}
              onChoose={(next) => onChange({ ...step, mappingId: next })}
            />
          ) : (
            <StepMapping
              key={mappingId}
              step={step}
              trigger={trigger}
              onLeave={() => onChange({ ...step, mappingId: '' })}
            />
          )}
        </Anchor>
      )}
      <TextField
        label={t('flow.do.name')}
        help={t('flow.do.nameHelp')}
        autoComplete="off"
        maxLength={200}
        value={name}
        onChange={(next) => onChange({ ...step, name: next })}
      />
    </>
  )
}

interface Choice {
  value: string
  label: string
}

/** The choices, with an empty one while nothing is chosen, and one for what was chosen and is gone. */
function withPresent(
  present: string,
  goneLabel: string | undefined,
  choices: readonly Choice[],
  none: string,
): readonly Choice[] {
  if (present === '') return [{ value: '', label: none }, ...choices]
  return goneLabel === undefined ? choices : [{ value: present, label: goneLabel }, ...choices]
}

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Select } from '../../ui/Select.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import type { Definition } from './definition.ts'
import css from './MappingChoice.module.css'
import type { Action, Tools } from './use-tools.ts'

const ChoicesQuery = graphql(`
  query MappingChoices($connectorId: String!, $actionId: String!, $eventId: ID) {
    mappings(first: 50, connectorId: $connectorId, actionId: $actionId) {
      items {
        id
        name
      }
    }
    presets(to: $connectorId) {
      id
      from
      name
      description
      actionId
      events
      after {
        action {
          name
        }
      }
    }
    suggestMapping(connectorId: $connectorId, actionId: $actionId, eventId: $eventId)
  }
`)
const CreateMapping = graphql(
  `
    mutation CreateStepMapping($name: String!, $connectorId: String!, $actionId: String!, $fields: JSON!) {
      answer: createMapping(name: $name, connectorId: $connectorId, actionId: $actionId, fields: $fields) {
        __typename
        ... on Mapping {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)
const CreateFromPreset = graphql(
  `
    mutation CreateMappingFromPreset($presetId: ID!, $name: String) {
      answer: createMappingFromPreset(presetId: $presetId, name: $name) {
        __typename
        ... on Mapping {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Which data goes where: filled in as far as the hub can guess, ready-made, or one that is there already. */
export function MappingChoice({
  connectorId,
  action,
  trigger,
  tools,
  flowName,
  latestEventId,
  onChoose,
}: {
  connectorId: string
  action: Action
  trigger: Definition['trigger']
  tools: Tools
  flowName: string
  /** What its properties hold is part of the guess. */
  latestEventId: string | undefined
  onChoose: (mappingId: string) => void
}) {
  const { t } = useTranslation()
  const { data, failure, isLoading, reload } = useData(ChoicesQuery, {
    connectorId,
    actionId: action.id,
    eventId: latestEventId ?? null,
  })
  const create = useChange(CreateMapping, ({ answer }) => answer)
  const take = useChange(CreateFromPreset, ({ answer }) => answer)
  const [existing, setExisting] = useState('')
  const problem = create.problem ?? take.problem
  const source = tools.connectorOf(trigger.connectionId)?.id
  const presets = (data?.presets ?? []).filter(
    (preset) =>
      preset.actionId === action.id &&
      (source === undefined || preset.from === source) &&
      preset.events.some((event) => trigger.events.includes(event)),
  )
  const name = `${flowName}: ${action.name}`.slice(0, 200)

  async function guess(): Promise<void> {
    const fields = data?.suggestMapping ?? {}
    const made = await create.send({ name, connectorId, actionId: action.id, fields })
    if (made) onChoose(made.id)
  }
  async function takePreset(presetId: string): Promise<void> {
    const made = await take.send({ presetId, name })
    if (made) onChoose(made.id)
  }

  if (!data) {
    return (
      <>
        {isLoading && <Skeleton lines={3} />}
        {failure && <FetchError what={t('flow.mapping.notLoaded')} why={failure} onRetry={reload} />}
      </>
    )
  }
  return (
    <div className={css.choice} role="group" aria-label={t('flow.mapping.title')}>
      <p className={css.title}>{t('flow.mapping.title')}</p>
      <div className={css.way}>
        <p>{t('flow.mapping.guessAbout')}</p>
        <Button kind="primary" icon="edit" busy={create.isBusy} onClick={() => void guess()}>
          {t('flow.mapping.guess')}
        </Button>
      </div>
      {presets.map((preset) => (
        <div key={preset.id} className={css.way}>
          <p>
            <strong>{preset.name}</strong> — {preset.description}{' '}
            {preset.after?.action && t('flow.mapping.needsBefore', { action: preset.after.action.name })}
          </p>
          <Button busy={take.isBusy} onClick={() => void takePreset(preset.id)}>
            {t('flow.mapping.takePreset', { name: preset.name })}
          </Button>
        </div>
      ))}
      {data.mappings.items.length > 0 && (
        <div className={css.way}>
          <Select
            label={t('flow.mapping.existing')}
            help={t('flow.mapping.existingHelp')}
            value={existing}
            onChange={setExisting}
            choices={[
              { value: '', label: t('flow.do.choose') },
              ...data.mappings.items.map((mapping) => ({ value: mapping.id, label: mapping.name })),
            ]}
          />
          <Button disabled={existing === ''} onClick={() => onChoose(existing)}>
            {t('flow.mapping.takeExisting')}
          </Button>
        </div>
      )}
      {problem && <Notice tone="bad">{problem}</Notice>}
    </div>
  )
}

import { useTranslation } from 'react-i18next'
import { Step, Steps } from '../../ui/Steps.tsx'
import type { Definition } from './definition.ts'
import { onlyIfWords, stepWords, whenWords } from './flow-words.ts'
import { StepMapping } from './StepMapping.tsx'
import type { Tools } from './use-tools.ts'

/** A flow step by step, to be read alone. */
export function FlowReading({
  definition,
  tools,
  open,
  onOpen,
}: {
  definition: Definition
  tools: Tools
  open: string | undefined
  onOpen: (step: string | undefined) => void
}) {
  const { t } = useTranslation()
  const step = (id: string) => ({
    anchor: id,
    isOpen: open === id,
    onToggle: () => onOpen(open === id ? undefined : id),
  })
  return (
    <Steps label={t('flow.steps.label')}>
      <Step
        {...step('when')}
        icon="signal"
        kicker={t('flow.when.title')}
        summary={whenWords(definition, tools)}
      >
        <p>{t(`flow.entry.${definition.entry}`)}</p>
      </Step>
      <Step {...step('if')} icon="search" kicker={t('flow.onlyIf.title')} summary={onlyIfWords(definition)}>
        <p>{t('flow.onlyIf.about')}</p>
      </Step>
      {definition.steps.map((each, place) => (
        <Step
          key={each.id}
          {...step(each.id)}
          icon="out"
          kicker={place === 0 ? t('flow.do.title') : t('flow.do.then')}
          summary={stepWords(each, tools)}
        >
          {each.mappingId === '' ? (
            <p>{t('flow.mapping.none')}</p>
          ) : (
            <StepMapping step={each} trigger={definition.trigger} />
          )}
        </Step>
      ))}
    </Steps>
  )
}

import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Said } from '../../ui/Said.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Step, Steps, StepsEnd } from '../../ui/Steps.tsx'
import type { StepDefinition } from './definition.ts'
import { DoStep } from './DoStep.tsx'
import { onlyIfWords, stepWords, whenWords } from './flow-words.ts'
import type { Gap } from './gap-words.ts'
import { OnlyIfStep } from './OnlyIfStep.tsx'
import { StepButtons } from './StepButtons.tsx'
import { withoutStep, withStep, withStepAt, withStepMoved } from './steps.ts'
import type { Draft } from './use-draft.ts'
import type { Tools } from './use-tools.ts'
import { useTrial } from './use-trial.ts'
import { WhenStep } from './WhenStep.tsx'

/** A flow step by step, one of them open to be changed. */
export function FlowEditor({
  flowName,
  draft: { definition, edition, change },
  gaps,
  drafted,
  tools,
  open,
  onOpen,
}: {
  flowName: string
  draft: Draft
  gaps: readonly Gap[]
  /** Mappings with changes that are not in use yet. */
  drafted: ReadonlySet<string>
  tools: Tools
  /** `when`, `if` or the id of a step. */
  open: string | undefined
  onOpen: (step: string | undefined) => void
}) {
  const { t } = useTranslation()
  const trial = useTrial(definition)
  const [said, setSaid] = useState('')
  const [removed, setRemoved] = useState<{ step: StepDefinition; place: number }>()
  const { steps } = definition
  const toggle = (id: string) => () => onOpen(open === id ? undefined : id)
  const lacks = (id: string) => {
    const count = gaps.filter(
      ({ stepId, code }) => (stepId ?? (code === 'no_steps' ? '' : 'when')) === id,
    ).length
    return count > 0 ? t('flow.lacks', { count }) : undefined
  }

  function addAt(place: number): void {
    const { definition: next, step } = withStepAt(definition, place)
    change(next)
    setRemoved(undefined)
    setSaid(t('flow.steps.added', { place: place + 1, count: next.steps.length }))
    onOpen(step.id)
    focusSoon(step.id)
  }
  function move(step: StepDefinition, by: -1 | 1): void {
    const next = withStepMoved(definition, step.id, by)
    const place = next.steps.findIndex(({ id }) => id === step.id)
    change(next)
    setSaid(
      t('flow.steps.moved', { step: stepWords(step, tools), place: place + 1, count: next.steps.length }),
    )
    // The button moves along, and at an end it can no longer be pressed.
    const isAtEnd = place === (by < 0 ? 0 : next.steps.length - 1)
    focusSoon(`${step.id}-${by < 0 === isAtEnd ? 'down' : 'up'}`)
  }
  function remove(step: StepDefinition, place: number): void {
    change(withoutStep(definition, step.id))
    setRemoved({ step, place })
    onOpen(undefined)
    focusSoon('undo-remove')
  }
  function undo(): void {
    if (!removed) return
    change(withStepAt(definition, removed.place, removed.step).definition)
    setRemoved(undefined)
    onOpen(removed.step.id)
    focusSoon(removed.step.id)
  }

  // Discarding the changes, or taking somebody else's, may have brought it back.
  const isBack = steps.some(({ id }) => id === removed?.step.id)
  const undoing = removed && !isBack && (
    <StepsEnd>
      <Notice
        title={t('flow.steps.removed', { step: stepWords(removed.step, tools) })}
        action={
          <Button id="undo-remove" size="s" onClick={undo}>
            {t('flow.steps.undo')}
          </Button>
        }
      />
    </StepsEnd>
  )

  return (
    <Stack>
      <Steps label={t('flow.steps.label')}>
        <Step
          icon="signal"
          kicker={t('flow.when.title')}
          summary={whenWords(definition, tools)}
          problem={lacks('when')}
          isOpen={open === 'when'}
          onToggle={toggle('when')}
          anchor="when"
        >
          <WhenStep definition={definition} tools={tools} trial={trial} onChange={change} />
        </Step>
        <Step
          icon="search"
          kicker={t('flow.onlyIf.title')}
          summary={onlyIfWords(definition)}
          isOpen={open === 'if'}
          onToggle={toggle('if')}
          anchor="if"
        >
          <OnlyIfStep key={edition} definition={definition} trial={trial} onChange={change} />
        </Step>
        {steps.map((step, place) => (
          <Fragment key={step.id}>
            {removed?.place === place && undoing}
            <Step
              icon="out"
              kicker={place === 0 ? t('flow.do.title') : t('flow.do.then')}
              summary={stepWords(step, tools)}
              problem={lacks(step.id)}
              note={drafted.has(step.mappingId) ? t('flow.mapping.drafted') : undefined}
              isOpen={open === step.id}
              onToggle={toggle(step.id)}
              anchor={step.id}
            >
              <DoStep
                step={step}
                tools={tools}
                trigger={definition.trigger}
                flowName={flowName}
                latestEventId={trial.trial?.tried[0]?.event.id}
                onChange={(next) => change(withStep(definition, next))}
              />
              <StepButtons
                stepId={step.id}
                isFirst={place === 0}
                isLast={place === steps.length - 1}
                onMove={(by) => move(step, by)}
                onAddAfter={() => addAt(place + 1)}
                onRemove={() => remove(step, place)}
              />
            </Step>
          </Fragment>
        ))}
        {removed && removed.place >= steps.length && undoing}
        <StepsEnd>
          <Button id="add-step" icon="plus" onClick={() => addAt(steps.length)}>
            {steps.length === 0 ? t('flow.steps.addFirst') : t('flow.steps.add')}
          </Button>
        </StepsEnd>
      </Steps>
      <Said>{said}</Said>
    </Stack>
  )
}

/** After the page has changed. */
function focusSoon(id: string): void {
  setTimeout(() => document.getElementById(id)?.focus(), 0)
}

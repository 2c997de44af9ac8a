import i18next from 'i18next'
import { conditionWords } from '../conditions/condition-words.ts'
import { eventsWords, onlyIfWords, stepWords, whenWords } from './flow-words.ts'
import type { Definition, StepDefinition } from './definition.ts'
import type { Tools } from './use-tools.ts'

/** What is different in a later state of a flow, each in a sentence. Empty: nothing. */
export function flowDifferences(
  before: Definition,
  after: Definition,
  tools: Tools,
  mappingName: (id: string) => string,
): string[] {
  return [
    ...triggerDifferences(before, after, tools),
    ...filterDifferences(before, after),
    ...(before.entry === after.entry ? [] : [i18next.t(`flow.entry.${after.entry}`)]),
    ...stepsDifferences(before.steps, after.steps, tools, mappingName),
  ]
}

/** All that a flow does, each in a sentence: of its first version there is nothing to compare with. */
export function flowSentences(definition: Definition, tools: Tools): string[] {
  return [
    i18next.t('flow.change.firstWhen', { when: whenWords(definition, tools) }),
    ...(definition.filter === null
      ? []
      : [i18next.t('flow.change.firstOnlyIf', { condition: onlyIfWords(definition) })]),
    ...definition.steps.map((step) => i18next.t('flow.change.firstDo', { step: stepWords(step, tools) })),
  ]
}

function triggerDifferences({ trigger: before }: Definition, { trigger: after }: Definition, tools: Tools) {
  const name = (id: string | null) =>
    id === null
      ? i18next.t('events.anyConnection')
      : (tools.connection(id)?.name ?? i18next.t('events.connectionGone'))
  const added = after.events.filter((event) => !before.events.includes(event))
  const left = before.events.filter((event) => !after.events.includes(event))
  return [
    ...(before.connectionId === after.connectionId
      ? []
      : [
          i18next.t('flow.change.source', {
            before: name(before.connectionId),
            after: name(after.connectionId),
          }),
        ]),
    ...(added.length > 0
      ? [i18next.t('flow.change.eventsAdded', { events: eventsWords({ ...after, events: added }, tools) })]
      : []),
    ...(left.length > 0
      ? [i18next.t('flow.change.eventsLeft', { events: eventsWords({ ...before, events: left }, tools) })]
      : []),
  ]
}

function filterDifferences({ filter: before }: Definition, { filter: after }: Definition): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const [was, is] = [conditionWords(before), conditionWords(after)]
  if (was === '') return [i18next.t('flow.change.filterAdded', { is })]
  return is === ''
    ? [i18next.t('flow.change.filterLeft', { was })]
    : [i18next.t('flow.change.filter', { was, is })]
}

function stepsDifferences(
  before: readonly StepDefinition[],
  after: readonly StepDefinition[],
  tools: Tools,
  mappingName: (id: string) => string,
): string[] {
  const known = new Map(before.map((step) => [step.id, step]))
  const kept = after.filter(({ id }) => known.has(id)).map(({ id }) => id)
  const still = before.filter(({ id }) => kept.includes(id)).map(({ id }) => id)
  const isMoved = kept.some((id, place) => still[place] !== id)
  const words = (step: StepDefinition) => stepWords(step, tools)
  return [
    ...after
      .filter(({ id }) => !known.has(id))
      .map((step) => i18next.t('flow.change.stepAdded', { step: words(step) })),
    ...before
      .filter(({ id }) => !kept.includes(id))
      .map((step) => i18next.t('flow.change.stepLeft', { step: words(step) })),
    ...(isMoved ? [i18next.t('flow.change.order', { steps: after.map(words).join(' → ') })] : []),
    ...after.flatMap((step) => {
      const old = known.get(step.id)
      if (!old) return []
      const isSameThing = old.connectionId === step.connectionId && old.actionId === step.actionId
      if (!isSameThing || old.name !== step.name)
        return [i18next.t('flow.change.step', { was: words(old), is: words(step) })]
      return old.mappingId === step.mappingId
        ? []
        : [
            i18next.t('flow.change.mapping', {
              step: words(step),
              was: mappingName(old.mappingId),
              is: mappingName(step.mappingId),
            }),
          ]
    }),
  ]
}

import i18next from 'i18next'
import type { PickerGroup, PickerOption } from '../../ui/picker-options.ts'
import type { FormulaFunction } from './formula-function.ts'
import { fieldGroupOptions, fieldOption, fits } from './field-options.ts'
import type { GroupWordsOf } from './field-options.ts'
import type { Source } from './mapping-fields.ts'
import type { ReadableField } from './readable-fields.ts'
import type { Target } from './targets.ts'
import { valueWords } from './value-words.ts'

/** What can be picked: a source to take, or a way to make one. */
export type Choice =
  { source: Source } | { make: 'text' | 'lookup' | 'formula' } | { formula: FormulaFunction }

/** Groups of options, and what each stands for by its key. */
export interface SourceOptions {
  groups: PickerGroup[]
  choices: ReadonlyMap<string, Choice>
}

const SUGGESTED_MAX = 4

/** What the source picker of a row offers for what was typed. */
export function sourceOptions({
  target,
  query,
  readable,
  suggested,
  functions,
  groupWords,
}: {
  target: Pick<Target, 'name' | 'label' | 'kind' | 'suggest' | 'choices' | 'choiceLabels'>
  query: string
  readable: readonly ReadableField[]
  suggested: Source | undefined
  functions: readonly FormulaFunction[]
  groupWords: GroupWordsOf
}): SourceOptions {
  const choices = new Map<string, Choice>()
  const typed = query.trim()
  const add = (choice: Choice, option: PickerOption): PickerOption => {
    choices.set(option.key, choice)
    return option
  }
  const addField = (option: PickerOption): PickerOption =>
    add({ source: { kind: 'field', path: option.key.replace(/^\? /, '') } }, option)

  const suggestions: PickerGroup = {
    label: i18next.t('mapping.suggested'),
    options: suggestedFields(target, readable, suggested)
      .filter(() => typed === '')
      .map((field) => {
        const label = [groupWords(field.group, field.step).label, ...field.parts].join(' › ')
        // It is in the list below once more.
        return addField({ ...fieldOption(field, { label }), key: `? ${field.path}` })
      }),
  }
  const fields = fieldGroupOptions({ query, readable, groupWords }).map((group) => ({
    ...group,
    options: group.options.map(addField),
  }))
  const same: PickerGroup = {
    label: i18next.t('mapping.sameForEveryone'),
    options: fixedValues(target, typed).map(({ value, label }) =>
      add({ source: { kind: 'fixed', value } }, { key: `= ${String(value)}`, label }),
    ),
  }
  const made: PickerGroup = {
    label: i18next.t('mapping.makeOne'),
    options: (['text', 'lookup', 'formula'] as const)
      .map((make) => add({ make }, { key: `+ ${make}`, label: i18next.t(`mapping.make.${make}`) }))
      // A text can begin with what was typed.
      .filter(({ key, label }) => key === '+ text' || fits(typed, label)),
  }
  const formulas: PickerGroup = {
    label: i18next.t('mapping.formulas'),
    options: functions
      .map((formula) => ({
        formula,
        label: i18next.t(`formula.${formula.name}`, { defaultValue: formula.name }),
      }))
      .filter(({ formula, label }) => fits(typed, `${label} ${formula.name} ${formula.description}`))
      .map(({ formula, label }) =>
        add({ formula }, { key: `$ ${formula.name}`, label, note: `$${formula.name}` }),
      ),
  }
  // What one of a few must be is rarely read from somewhere.
  const isChoice = target.choices !== null || target.kind === 'yes_no'
  return {
    groups: isChoice
      ? [same, suggestions, ...fields, made, formulas]
      : [suggestions, ...fields, same, made, formulas],
    choices,
  }
}

/** What the hub guesses, what the destination names, and what is called the same. */
function suggestedFields(
  { label, name, suggest }: Pick<Target, 'label' | 'name' | 'suggest'>,
  readable: readonly ReadableField[],
  suggested: Source | undefined,
): ReadableField[] {
  const guessed = suggested?.kind === 'field' ? [suggested.path] : []
  const alike = readable.filter(({ parts }) =>
    [label, name].some((words) => plain(words) === plain(parts.at(-1) ?? '')),
  )
  const paths = new Set([...guessed, ...suggest, ...alike.map(({ path }) => path)])
  return [...paths]
    .flatMap((path) => readable.find((field) => field.path === path) ?? [])
    .slice(0, SUGGESTED_MAX)
}

function plain(words: string): string {
  return words.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

function fixedValues(
  { kind, choices, choiceLabels }: Pick<Target, 'kind' | 'choices' | 'choiceLabels'>,
  typed: string,
): { value: string | boolean; label: string }[] {
  if (kind === 'yes_no') {
    return [true, false]
      .map((value) => ({ value, label: valueWords(value) }))
      .filter(({ label }) => fits(typed, label))
  }
  if (choices) {
    return choices
      .map((value, at) => ({ value, label: choiceLabels?.[at] ?? value }))
      .filter(({ value, label }) => fits(typed, `${value} ${label}`))
  }
  return typed === '' ? [] : [{ value: typed, label: i18next.t('mapping.quoted', { text: typed }) }]
}

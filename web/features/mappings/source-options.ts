import i18next from 'i18next'
import type { PickerGroup, PickerOption } from '../../ui/Picker.tsx'
import type { FormulaFunction } from './desk.ts'
import type { FieldGroup } from './field-words.ts'
import type { Source } from './mapping-fields.ts'
import type { ReadableField } from './readable-fields.ts'
import type { Target } from './targets.ts'
import { kindOf, valueWords } from './value-words.ts'
import type { ReactNode } from 'react'

/** What can be picked, as a source to take or a way to make one. */
export type Choice =
  { source: Source } | { make: 'text' | 'lookup' | 'formula' } | { formula: FormulaFunction }

/** Groups of options, and what each stands for by its key. */
export interface SourceOptions {
  groups: PickerGroup[]
  choices: ReadonlyMap<string, Choice>
}

/** Of one group, until somebody types. */
const SHOWN_MAX = 40
const SHOWN_OF_RAW_MAX = 6
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
  groupWords: (group: FieldGroup, step?: string) => { label: string; picture: ReactNode }
}): SourceOptions {
  const choices = new Map<string, Choice>()
  const typed = query.trim()
  const option = (key: string, choice: Choice, words: Omit<PickerOption, 'key'>): PickerOption => {
    choices.set(key, choice)
    return { key, ...words }
  }
  const ofField = (field: ReadableField, isSuggestion: boolean): PickerOption =>
    option(
      `${isSuggestion ? 'suggested' : 'field'} ${field.path}`,
      { source: { kind: 'field', path: field.path } },
      {
        ...(isSuggestion ? { label: wholeName(field) } : placed(field, typed !== '')),
        value: valueWords(field.value) || i18next.t('mapping.emptyHere'),
        note: noteOf(field),
      },
    )
  // Below the group that it is part of, where that is shown.
  const placed = ({ parts, isWithin }: ReadableField, isFound: boolean) =>
    isWithin && !isFound
      ? { label: parts.at(-1) ?? '', level: parts.length - 1 }
      : { label: parts.join(' › ') }
  const wholeName = (field: ReadableField) =>
    `${groupWords(field.group, field.step).label} › ${field.parts.join(' › ')}`

  const suggestions: PickerGroup = {
    label: i18next.t('mapping.suggested'),
    options:
      typed === '' ? suggestedFields(target, readable, suggested).map((field) => ofField(field, true)) : [],
  }
  const fields = groupsOf(readable).map(({ group, step, fields: all }): PickerGroup => {
    const fitting = all.filter((field) =>
      fits(typed, `${wholeName(field)} ${field.path} ${valueWords(field.value)}`),
    )
    const most = group === 'raw' && typed === '' ? SHOWN_OF_RAW_MAX : SHOWN_MAX
    const rest = fitting.length - most
    return {
      ...groupWords(group, step),
      options: fitting.slice(0, most).map((field) => ofField(field, false)),
      more: rest > 0 ? i18next.t('mapping.more', { count: rest }) : undefined,
    }
  })
  const same: PickerGroup = {
    label: i18next.t('mapping.sameForEveryone'),
    options: fixedValues(target, typed).map(({ value, label }) =>
      option(`fixed ${String(value)}`, { source: { kind: 'fixed', value } }, { label }),
    ),
  }
  const made: PickerGroup = {
    label: i18next.t('mapping.makeOne'),
    options: (['text', 'lookup', 'formula'] as const)
      .map((make) => option(`make ${make}`, { make }, { label: i18next.t(`mapping.make.${make}`) }))
      // A text can begin with what was typed.
      .filter(({ key, label }) => key === 'make text' || fits(typed, label)),
  }
  const formulas: PickerGroup = {
    label: i18next.t('mapping.formulas'),
    options: functions
      .filter(({ name, description }) => fits(typed, `${formulaName(name)} ${name} ${description}`))
      .map((formula) =>
        option(
          `formula ${formula.name}`,
          { formula },
          { label: formulaName(formula.name), note: `$${formula.name}` },
        ),
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

/** The words for a formula that the hub has by name. */
export function formulaName(name: string): string {
  return i18next.t(`formula.${name}`, { defaultValue: name })
}

function fits(typed: string, text: string): boolean {
  const all = text.toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

function noteOf({ value }: ReadableField): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return undefined
  return i18next.t(`mapping.kind.${kindOf(value)}`)
}

function groupsOf(
  readable: readonly ReadableField[],
): { group: FieldGroup; step: string | undefined; fields: ReadableField[] }[] {
  const groups = Map.groupBy(readable, ({ group, step }) => `${group} ${step ?? ''}`)
  return [...groups.values()].flatMap((fields) => {
    const [first] = fields
    return first ? [{ group: first.group, step: first.step, fields }] : []
  })
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

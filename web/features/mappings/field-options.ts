import i18next from 'i18next'
import type { ReactNode } from 'react'
import type { PickerGroup, PickerOption } from '../../ui/picker-options.ts'
import type { FieldGroup } from './field-words.ts'
import type { ReadableField } from './readable-fields.ts'
import { kindOf, valueWords } from './value-words.ts'

export type GroupWordsOf = (group: FieldGroup, step?: string) => { label: string; picture: ReactNode }

/** What an option is called, and how far inside the one before it. */
interface Placed {
  label: string
  level?: number
}

/** Of one group at once. */
const SHOWN_MAX = 40
/** What a vendor posted is long: its beginning, until somebody types. */
const SHOWN_OF_RAW_MAX = 6

/** Everything that can be read and fits what was typed, by whose it is. The key of an option is its path. */
export function fieldGroupOptions({
  query,
  readable,
  groupWords,
}: {
  query: string
  readable: readonly ReadableField[]
  groupWords: GroupWordsOf
}): PickerGroup[] {
  const typed = query.trim()
  return groupsOf(readable).map(({ group, step, fields }) => {
    const words = groupWords(group, step)
    const fitting = fields.filter(({ path, parts, value }) =>
      fits(typed, `${words.label} ${parts.join(' ')} ${path} ${isSingle(value) ? valueWords(value) : ''}`),
    )
    const most = group === 'raw' && typed === '' ? SHOWN_OF_RAW_MAX : SHOWN_MAX
    const rest = fitting.length - most
    return {
      ...words,
      options: fitting.slice(0, most).map((field) => fieldOption(field, placed(field, typed !== ''))),
      more: rest > 0 ? i18next.t('mapping.more', { count: rest }) : undefined,
    }
  })
}

/** A field with what the shown person has there. */
export function fieldOption({ path, value }: ReadableField, words: Placed): PickerOption {
  const isText = value === undefined || value === null || typeof value === 'string'
  return {
    key: path,
    ...words,
    value: valueWords(value) || i18next.t('mapping.emptyHere'),
    note: isText ? undefined : i18next.t(`mapping.kind.${kindOf(value)}`),
  }
}

/** Whether each word is in the text, wherever and in whatever case. */
export function fits(typed: string, text: string): boolean {
  const all = text.toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

/** A group would be found by everything that is in it. */
function isSingle(value: ReadableField['value']): boolean {
  return typeof value !== 'object'
}

/** Below what it is part of, where that is shown. */
function placed({ parts, isWithin }: ReadableField, isFound: boolean): Placed {
  return isWithin && !isFound
    ? { label: parts.at(-1) ?? '', level: parts.length - 1 }
    : { label: parts.join(' › ') }
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

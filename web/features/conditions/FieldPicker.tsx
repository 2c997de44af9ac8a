import { useState } from 'react'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { Picker } from '../../ui/Picker.tsx'
import css from './ConditionBuilder.module.css'
import { fieldWords } from './field-words.ts'
import type { ReadableKind } from './operators.ts'

/** A field of real events, and what it held there. */
export interface ReadableField {
  path: string
  kind: ReadableKind
  examples: readonly string[]
}

/** More than that are not shown at once: one types on to narrow them down. */
const SHOWN_MAX = 50

/** Which field of the event or its contact is meant, found by typing. */
export function FieldPicker({
  path,
  fields,
  onPick,
  inputRef,
}: {
  path: string
  fields: readonly ReadableField[]
  onPick: (path: string) => void
  inputRef: Ref<HTMLInputElement>
}) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')

  function groups() {
    const fitting = rank(
      fields.map(({ path: key, examples }) => ({
        key,
        label: fieldWords(key),
        value: examples.slice(0, 2).join(', '),
      })),
      query,
    )
    const isOfContact = ({ key }: { key: string }) => key.startsWith('contact.')
    const own = isPath(query.trim()) ? [{ key: query.trim(), label: query.trim() }] : []
    return [
      { label: t('condition.field.ofEvent'), options: fitting.filter((each) => !isOfContact(each)) },
      { label: t('condition.field.ofContact'), options: fitting.filter(isOfContact) },
      { label: t('condition.field.own'), options: own },
    ].map((group) => ({ ...group, options: group.options.slice(0, SHOWN_MAX) }))
  }

  return (
    <Picker
      label={t('condition.field.label')}
      groups={groups}
      query={query}
      onQuery={setQuery}
      onPick={onPick}
      nothing={t('condition.field.none')}
      placeholder={path === '' ? t('condition.field.placeholder') : ''}
      openLabel={t('condition.field.open')}
      inputRef={inputRef}
    >
      {path !== '' && <span className={css.chosen}>{fieldWords(path)}</span>}
    </Picker>
  )
}

/** What holds all the words typed: first what is called just so, then what begins so. */
function rank<Option extends { label: string; value: string }>(
  options: readonly Option[],
  typed: string,
): readonly Option[] {
  const wanted = typed.trim().toLowerCase()
  const distance = ({ label }: Option) =>
    label.toLowerCase() === wanted ? 0 : label.toLowerCase().startsWith(wanted) ? 1 : 2
  return options
    .filter(({ label, value }) =>
      wanted.split(/\s+/).every((word) => `${label} ${value}`.toLowerCase().includes(word)),
    )
    .toSorted((left, right) => distance(left) - distance(right))
}

/** What is typed can be a place that no event has shown yet. */
function isPath(typed: string): boolean {
  return /^(event|contact|company)\.\S+$/.test(typed)
}

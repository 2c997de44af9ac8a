import { useState } from 'react'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { Picker } from '../../ui/Picker.tsx'
import { useDesk } from './desk.ts'
import { callOf, makeSource } from './make-source.ts'
import type { Source } from './mapping-fields.ts'
import { sourceOptions } from './source-options.ts'
import type { Choice } from './source-options.ts'
import { SourceWords } from './SourceWords.tsx'
import type { Target } from './targets.ts'
import { useGroupWords } from './use-group-words.tsx'

/** Where one target field gets its value from, and the picker to choose it. */
export function SourceBox({
  target,
  describedBy,
  onMade,
  inputRef,
}: {
  target: Target
  describedBy: string
  /** Something was begun that has to be worked out: a text, a table, a formula. */
  onMade: () => void
  inputRef?: Ref<HTMLInputElement>
}) {
  const { t } = useTranslation()
  const { fields, put, readable, suggested, functions } = useDesk()
  const groupWords = useGroupWords()
  const [query, setQuery] = useState('')
  const row = fields[target.name]
  const options = () =>
    sourceOptions({
      target,
      query,
      readable,
      suggested: suggested[target.name]?.source,
      functions,
      groupWords,
    })

  function take(source: Source): void {
    put(target.name, { source, when: row?.when ?? (target.required ? 'always' : 'never_blank') })
  }
  function pick(choice: Choice | undefined): void {
    if (!choice) return
    if ('source' in choice) return take(choice.source)
    const path = target.suggest[0] ?? 'contact.email'
    const isHtml = target.kind === 'html'
    take(
      'make' in choice
        ? makeSource(choice.make, row?.source, { path, typed: query.trim(), isHtml })
        : callOf(choice.formula, row?.source, { path, isHtml }),
    )
    onMade()
  }

  return (
    <Picker
      label={t('mapping.sourceOf', { field: target.label })}
      openLabel={t('mapping.choose')}
      placeholder={row ? '' : t('mapping.choosePlaceholder')}
      nothing={t('mapping.noneFits')}
      groups={() => options().groups}
      query={query}
      onQuery={setQuery}
      onPick={(key) => pick(options().choices.get(key))}
      onClear={row ? () => put(target.name, undefined) : undefined}
      describedBy={describedBy}
      {...(inputRef ? { inputRef } : {})}
    >
      {row && <SourceWords source={row.source} target={target} />}
    </Picker>
  )
}

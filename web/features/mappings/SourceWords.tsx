import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { Code } from '../../ui/Code.tsx'
import { choiceWords } from './choice-words.ts'
import type { ChoiceField } from './choice-words.ts'
import { formulaWords } from './formula-words.ts'
import type { Source, TextPart } from './mapping-fields.ts'
import { Pill } from './Pill.tsx'
import css from './SourceWords.module.css'
import { valueWords } from './value-words.ts'

/** Where a target field gets its value from, in one line; `target` is that field. */
export function SourceWords({ source, target }: { source: Source; target: ChoiceField | undefined }) {
  const { t } = useTranslation()
  switch (source.kind) {
    case 'field':
      return (
        <>
          <Pill path={source.path} />
          {source.fallback !== undefined && (
            <span className={css.note}>
              {t('mapping.orElse', { value: choiceWords(target, source.fallback) ?? source.fallback })}
            </span>
          )}
        </>
      )
    case 'fixed':
      return (
        <>
          <span className={css.fixed}>{choiceWords(target, source.value) ?? valueWords(source.value)}</span>
          <span className={css.tag}>{t('mapping.fixed')}</span>
        </>
      )
    case 'lookup':
      return (
        <>
          <Pill path={source.path} />
          <span className={css.tag}>{t('mapping.byTable', { count: Object.keys(source.table).length })}</span>
        </>
      )
    case 'formula':
      return <Formula expression={source.expression} />
    case 'text':
      return (
        <span className={css.text}>
          {source.parts.map((part, at) => (
            <Fragment key={at}>{wordsOf(part)}</Fragment>
          ))}
        </span>
      )
  }
}

/** In words where there are some; how it is written is shown on hover, and where the row is opened. */
function Formula({ expression }: { expression: string }) {
  const words = formulaWords(expression)
  return (
    <span className={css.formula} title={expression}>
      {words ?? <Code>{expression}</Code>}
    </span>
  )
}

function wordsOf(part: TextPart) {
  return typeof part === 'string' ? part : <Pill path={part.path} />
}

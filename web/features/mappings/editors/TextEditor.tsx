import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../../ui/TextField.tsx'
import { useDesk } from '../desk.ts'
import { fieldLabel, pathWords } from '../field-words.ts'
import { FieldPicker } from '../FieldPicker.tsx'
import type { Source, TextValue } from '../mapping-fields.ts'
import { printText, printValue, readText } from '../text-form.ts'
import { useGroupWords } from '../use-group-words.tsx'
import { valueWords } from '../value-words.ts'
import css from './code-editor.module.css'
import { textPills } from './text-pills.ts'
import { useCodeEditor } from './use-code-editor.ts'

type Text = Extract<Source, { kind: 'text' }>

/** A text with fields in it. A field comes in by `/` or by the picker below, and stays one pill. */
export function TextEditor({
  label,
  source,
  isFresh,
  onChange,
}: {
  label: string
  source: Text
  isFresh: boolean
  onChange: (source: Text) => void
}) {
  const { t } = useTranslation()
  const id = useId()
  const { readable, isReadOnly } = useDesk()
  const groupWords = useGroupWords()
  const wordsOf = (path: string) => {
    const { group, step, parts } = pathWords(path)
    return `${groupWords(group, step).label} ${parts.join(' › ')}`
  }
  const { place, view } = useCodeEditor({
    value: printText(source.parts),
    onChange: (text) => onChange({ kind: 'text', parts: readText(text) }),
    attributes: {
      'aria-label': t('mapping.textOf', { field: label }),
      'aria-describedby': `${id}-help`,
      'aria-multiline': 'true',
    },
    complete: afterSlash,
    extensions: textPills(wordsOf),
    isReadOnly,
    isFresh,
  })

  function afterSlash(context: CompletionContext): CompletionResult | null {
    const word = context.matchBefore(/(?:^|(?<=\s))\/[\p{L}\p{N} ]*/u)
    if (!word) return null
    return {
      from: word.from + 1,
      options: readable.map(({ path, value }) => ({
        label: wordsOf(path),
        detail: valueWords(value).slice(0, 40),
        apply: (editor, _completion, from, to) => {
          const insert = printValue({ path })
          editor.dispatch({
            changes: { from: from - 1, to, insert },
            selection: { anchor: from - 1 + insert.length },
          })
        },
      })),
      validFor: /^[\p{L}\p{N} ]*$/u,
    }
  }
  function insert(path: string): void {
    if (!view) return
    view.dispatch(view.state.replaceSelection(printValue({ path })))
    view.focus()
  }

  return (
    <div className={css.field}>
      <span className={css.label}>{t('mapping.text')}</span>
      <div ref={place} className={css.editor} />
      <p id={`${id}-help`} className={css.help}>
        {t('mapping.textHelp')}
      </p>
      {!isReadOnly && (
        <FieldPicker label={t('mapping.insert')} placeholder={t('mapping.insert')} onPick={insert} />
      )}
      {source.parts.map((part, at) =>
        typeof part === 'string' ? null : (
          <TextField
            key={at}
            label={t('mapping.emptyThen', { field: fieldLabel(part.path) })}
            autoComplete="off"
            value={part.fallback ?? ''}
            onChange={(fallback) => onChange(withFallback(source, part, fallback))}
          />
        ),
      )}
    </div>
  )
}

function withFallback({ parts }: Text, of: TextValue, fallback: string): Text {
  const changed = fallback === '' ? { path: of.path } : { path: of.path, fallback }
  return { kind: 'text', parts: parts.map((part) => (part === of ? changed : part)) }
}

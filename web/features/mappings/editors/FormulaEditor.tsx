import { bracketMatching } from '@codemirror/language'
import { linter } from '@codemirror/lint'
import type { Diagnostic } from '@codemirror/lint'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from 'urql'
import type { Client } from 'urql'
import { graphql } from '../../../graphql/graphql.ts'
import { Notice } from '../../../ui/Notice.tsx'
import { useDesk } from '../desk.ts'
import { escapes } from '../make-source.ts'
import css from './code-editor.module.css'
import { formulaCompletions } from './formula-completions.ts'
import { formulaHighlight } from './formula-highlight.ts'
import { useCodeEditor } from './use-code-editor.ts'

const CheckQuery = graphql(`
  query CheckFormula($formula: String!) {
    checkFormula(formula: $formula) {
      ok
      message
      position
    }
  }
`)

/** A JSONata formula, coloured, completed from what is at hand, and marked where it cannot be read. */
export function FormulaEditor({
  label,
  expression,
  isHtml,
  isFresh,
  onChange,
}: {
  label: string
  expression: string
  /** The field takes HTML. */
  isHtml: boolean
  isFresh: boolean
  onChange: (expression: string) => void
}) {
  const { t } = useTranslation()
  const id = useId()
  const client = useClient()
  const { functions, readable, isReadOnly } = useDesk()
  const { place } = useCodeEditor({
    value: expression,
    onChange,
    attributes: { 'aria-label': t('mapping.formulaOf', { field: label }), 'aria-describedby': `${id}-help` },
    complete: formulaCompletions(functions, readable),
    extensions: [
      formulaHighlight,
      bracketMatching(),
      linter((view) => problemsOf(client, view.state.doc.toString()), { delay: 300 }),
    ],
    isReadOnly,
    isFresh,
  })
  return (
    <div className={css.field}>
      <span className={css.label}>{t('mapping.formula')}</span>
      <div ref={place} className={css.editor} data-code />
      <p id={`${id}-help`} className={css.help}>
        {t('mapping.formulaHelp')}
      </p>
      {isHtml && !escapes(expression) && <Notice tone="warn">{t('mapping.formulaInHtml')}</Notice>}
    </div>
  )
}

async function problemsOf(client: Client, formula: string): Promise<Diagnostic[]> {
  if (formula.trim() === '') return []
  const { data } = await client.query(CheckQuery, { formula })
  const check = data?.checkFormula
  if (!check || check.ok) return []
  const at = Math.min(check.position ?? 0, formula.length - 1)
  return [{ from: at, to: at + 1, severity: 'error', message: check.message ?? '' }]
}

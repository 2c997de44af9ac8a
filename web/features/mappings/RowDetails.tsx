import { lazy, Suspense, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '../../ui/Select.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useDesk } from './desk.ts'
import { FixedValue } from './FixedValue.tsx'
import { LookupTable } from './LookupTable.tsx'
import { rules } from './mapping-fields.ts'
import type { MappedField, Source } from './mapping-fields.ts'
import css from './RowDetails.module.css'
import { RowAsJsonata } from './RowAsJsonata.tsx'
import { RowResult } from './RowResult.tsx'
import type { Target } from './targets.ts'

// An editor for code is large: it comes when the first row that needs one is opened.
const FormulaEditor = lazy(async () => ({
  default: (await import('./editors/FormulaEditor.tsx')).FormulaEditor,
}))
const TextEditor = lazy(async () => ({ default: (await import('./editors/TextEditor.tsx')).TextEditor }))

/** Everything about one row that does not fit into its line. */
export function RowDetails({ target, row, isFresh }: { target: Target; row: MappedField; isFresh: boolean }) {
  const { t } = useTranslation()
  const id = useId()
  const { put, shown, isReadOnly, canKeepFilled, destination } = useDesk()
  const offered = rules.filter((rule) => rule !== 'only_if_empty' || canKeepFilled || row.when === rule)

  return (
    <fieldset className={css.details} disabled={isReadOnly}>
      <legend className={css.legend}>{target.label}</legend>
      <SourceEditor
        target={target}
        source={row.source}
        isFresh={isFresh}
        onChange={(source) => put(target.name, { ...row, source }, `${target.name} ${source.kind}`)}
      />
      {(row.source.kind === 'formula' || row.source.kind === 'text') && !isReadOnly && (
        <div className={css.result} aria-live="polite">
          <span className={css.label}>{shown && t('mapping.column.result', { person: shown.person })}</span>
          <RowResult target={target} id={`${id}-result`} />
        </div>
      )}
      <Select
        label={t('mapping.rule.label')}
        help={t(`mapping.rule.${row.when}`, { tool: destination })}
        required
        value={row.when}
        onChange={(when) => put(target.name, { ...row, when })}
        choices={offered.map((rule) => ({ value: rule, label: t(`mapping.when.${rule}`) }))}
        disabled={isReadOnly}
      />
      {!canKeepFilled && <p className={css.note}>{t('mapping.rule.cannotKeep', { tool: destination })}</p>}
      <RowAsJsonata name={target.name} row={row} />
    </fieldset>
  )
}

function SourceEditor({
  target,
  source,
  isFresh,
  onChange,
}: {
  target: Target
  source: Source
  isFresh: boolean
  onChange: (source: Source) => void
}) {
  const { t } = useTranslation()
  switch (source.kind) {
    case 'field':
      return (
        <TextField
          label={t('mapping.fallback')}
          help={t('mapping.fallbackHelp')}
          autoComplete="off"
          value={source.fallback ?? ''}
          onChange={(fallback) => onChange({ ...source, fallback: fallback === '' ? undefined : fallback })}
        />
      )
    case 'fixed':
      return (
        <FixedValue
          target={target}
          value={source.value}
          onChange={(value) => onChange({ ...source, value })}
        />
      )
    case 'lookup':
      return <LookupTable target={target} source={source} isFresh={isFresh} onChange={onChange} />
    case 'text':
      return (
        <Suspense fallback={<Skeleton lines={2} />}>
          <TextEditor label={target.label} source={source} isFresh={isFresh} onChange={onChange} />
        </Suspense>
      )
    case 'formula':
      return (
        <Suspense fallback={<Skeleton lines={2} />}>
          <FormulaEditor
            label={target.label}
            expression={source.expression}
            isHtml={target.kind === 'html'}
            isFresh={isFresh}
            onChange={(expression) => onChange({ kind: 'formula', expression })}
          />
        </Suspense>
      )
  }
}

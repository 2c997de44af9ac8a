import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/Button.tsx'
import { PlainSelect } from '../../ui/Select.tsx'
import { isFinished, takesValue } from './condition.ts'
import type { Comparison } from './condition.ts'
import { isDay, operatorWords } from './condition-words.ts'
import css from './ConditionBuilder.module.css'
import { ConditionValue } from './ConditionValue.tsx'
import { FieldPicker } from './FieldPicker.tsx'
import type { ReadableField } from './FieldPicker.tsx'
import { fieldWords } from './field-words.ts'
import { operatorFor, operatorsOf } from './operators.ts'

/** One comparison, read from left to right. */
export function ConditionRow({
  comparison,
  fields,
  isNew,
  onChange,
  onRemove,
}: {
  comparison: Comparison
  fields: readonly ReadableField[]
  /** Just added: one goes on typing in it. */
  isNew: boolean
  onChange: (next: Comparison) => void
  onRemove: () => void
}) {
  const { t } = useTranslation()
  const { path, op, value } = comparison
  const field = fields.find((each) => each.path === path)
  const what = path === '' ? t('condition.newOne') : fieldWords(path)
  const isOfTime = field?.kind === 'time' || isDay(value)
  function choose(next: string): void {
    const kind = fields.find((each) => each.path === next)?.kind
    const nextOp = operatorFor(kind, op)
    // A value of another kind of field would hardly be meant.
    const kept = kind === field?.kind && nextOp === op ? value : undefined
    onChange({ ...comparison, path: next, op: nextOp, value: kept })
  }

  return (
    <div className={css.row}>
      <div className={css.field}>
        <FieldPicker
          path={path}
          fields={fields}
          onPick={choose}
          inputRef={(input) => {
            if (isNew && path === '') input?.focus()
          }}
        />
      </div>
      <div className={css.op}>
        <PlainSelect
          label={t('condition.op.label', { field: what })}
          value={op}
          onChange={(next) =>
            onChange({
              ...comparison,
              op: next,
              value: (next === 'one_of') === (op === 'one_of') ? value : undefined,
            })
          }
          choices={operatorsOf(field?.kind, op).map((each) => ({
            value: each,
            label: operatorWords(each, isOfTime),
          }))}
        />
      </div>
      <div className={css.value}>
        {takesValue(op) && (
          <ConditionValue
            key={`${op} ${field?.kind}`}
            label={t('condition.value', { field: what })}
            comparison={comparison}
            field={field}
            onChange={(next) => onChange({ ...comparison, value: next })}
          />
        )}
      </div>
      <IconButton icon="trash" label={t('condition.remove', { field: what })} onClick={onRemove} />
      {!isFinished(comparison) && <p className={css.unfinished}>{t('condition.unfinished')}</p>}
    </div>
  )
}

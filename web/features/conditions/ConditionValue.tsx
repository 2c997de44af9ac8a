import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Json } from '../../graphql/graphql.ts'
import { asText } from '../../graphql/json.ts'
import { PlainInput } from '../../ui/PlainInput.tsx'
import { PlainSelect } from '../../ui/Select.tsx'
import type { Comparison } from './condition.ts'
import type { ReadableField } from './FieldPicker.tsx'

/** What a field is compared with: a text, a number, a day, yes or no, or several texts with commas between. */
export function ConditionValue({
  label,
  comparison: { op, value },
  field,
  onChange,
}: {
  label: string
  comparison: Comparison
  field: ReadableField | undefined
  onChange: (value: Json) => void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(() => textOf(value))
  const kind = field?.kind

  if (op === 'one_of') {
    return (
      <PlainInput
        label={label}
        placeholder={t('condition.several')}
        value={typed}
        onChange={(next) => {
          setTyped(next)
          onChange(
            next
              .split(',')
              .map((each) => each.trim())
              .filter(Boolean),
          )
        }}
      />
    )
  }
  if (kind === 'yes_no') {
    return (
      <PlainSelect
        label={label}
        value={value === undefined ? '' : asText(value)}
        onChange={(next) => onChange(next === 'true')}
        choices={[
          ...(value === undefined ? [{ value: '', label: t('condition.choose') }] : []),
          { value: 'true', label: t('condition.yes') },
          { value: 'false', label: t('condition.no') },
        ]}
      />
    )
  }
  const isDay = kind === 'time' && (typed === '' || /^\d{4}-\d{2}-\d{2}$/.test(typed))
  return (
    <PlainInput
      label={label}
      type={isDay ? 'date' : 'text'}
      inputMode={kind === 'number' ? 'decimal' : 'text'}
      suggestions={isDay ? [] : (field?.examples ?? [])}
      value={typed}
      onChange={(next) => {
        setTyped(next)
        onChange(kind === 'number' ? asNumber(next) : next)
      }}
    />
  )
}

function textOf(value: Json | undefined): string {
  if (value === undefined) return ''
  return Array.isArray(value) ? value.map((each: Json) => asText(each)).join(', ') : asText(value)
}

/**
 * What is no number stays as it was typed. A comma is read as the decimal sign that it is in most of Europe, except
 * before three digits: there it may part thousands.
 */
function asNumber(typed: string): Json {
  const written = typed.trim().replace(/^(-?\d+),(?!\d{3}$)(?=\d+$)/, '$1.')
  return written !== '' && Number.isFinite(Number(written)) ? Number(written) : typed
}

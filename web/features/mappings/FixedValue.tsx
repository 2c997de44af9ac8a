import { useTranslation } from 'react-i18next'
import { Select } from '../../ui/Select.tsx'
import { TextField } from '../../ui/TextField.tsx'
import type { Target } from './targets.ts'
import { valueWords } from './value-words.ts'

type Fixed = string | number | boolean

/** A value that everyone gets: one of a few where the destination takes no other. */
export function FixedValue({
  target: { kind, choices, choiceLabels },
  value,
  onChange,
}: {
  target: Target
  value: Fixed
  onChange: (value: Fixed) => void
}) {
  const { t } = useTranslation()
  const words = { label: t('mapping.fixedValue'), help: t('mapping.fixedHelp'), required: true }
  if (kind === 'yes_no') {
    return (
      <Select
        {...words}
        value={String(value)}
        onChange={(chosen) => onChange(chosen === 'true')}
        choices={[true, false].map((each) => ({ value: String(each), label: valueWords(each) }))}
      />
    )
  }
  if (choices) {
    return (
      <Select
        {...words}
        value={String(value)}
        onChange={onChange}
        choices={choices.map((each, at) => ({ value: each, label: choiceLabels?.[at] ?? each }))}
      />
    )
  }
  return <TextField {...words} autoComplete="off" value={String(value)} onChange={onChange} />
}

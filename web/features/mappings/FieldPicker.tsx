import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Picker } from '../../ui/Picker.tsx'
import { useDesk } from './desk.ts'
import { fieldGroupOptions } from './field-options.ts'
import { useGroupWords } from './use-group-words.tsx'

/** Finds something to read by typing; `children` show what is read now. */
export function FieldPicker({
  label,
  placeholder,
  onPick,
  children,
}: {
  label: string
  placeholder: string
  onPick: (path: string) => void
  children?: ReactNode
}) {
  const { t } = useTranslation()
  const { readable } = useDesk()
  const groupWords = useGroupWords()
  const [query, setQuery] = useState('')
  return (
    <Picker
      label={label}
      openLabel={t('mapping.choose')}
      placeholder={placeholder}
      nothing={t('mapping.noFieldFits')}
      groups={() => fieldGroupOptions({ query, readable, groupWords })}
      query={query}
      onQuery={setQuery}
      onPick={onPick}
    >
      {children}
    </Picker>
  )
}

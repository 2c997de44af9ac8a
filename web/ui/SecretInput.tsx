import { useTranslation } from 'react-i18next'
import css from './control.module.css'
import { Field } from './Field.tsx'
import type { FieldWords } from './Field.tsx'

/** A secret is typed in and never shown again; where one is kept already, an empty box keeps it. */
export function SecretInput({
  value,
  onChange,
  isSet = false,
  ...words
}: FieldWords & { value: string; onChange: (value: string) => void; isSet?: boolean }) {
  const { t } = useTranslation()
  return (
    <Field {...words} required={words.required === true && !isSet}>
      {(control) => (
        <input
          {...control}
          type="password"
          className={`${css.control} ${css.code}`}
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore
          data-lpignore="true"
          placeholder={isSet ? t('ui.secretKept') : undefined}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

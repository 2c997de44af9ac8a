import type { InputHTMLAttributes } from 'react'
import css from './control.module.css'
import { Field } from './Field.tsx'
import type { FieldWords } from './Field.tsx'

type Native<T> = Omit<T, 'className' | 'style' | 'id' | 'onChange' | 'value' | 'required'>

interface Typed {
  value: string
  onChange: (value: string) => void
  /** For what a machine reads: addresses, keys, formulas. */
  code?: boolean
}

/** One line of text. */
export function TextField({
  label,
  help,
  problem,
  required,
  value,
  onChange,
  code,
  ...native
}: FieldWords & Typed & Native<InputHTMLAttributes<HTMLInputElement>>) {
  return (
    <Field label={label} help={help} problem={problem} required={required ?? false}>
      {(control) => (
        <input
          type="text"
          {...native}
          {...control}
          className={code ? `${css.control} ${css.code}` : css.control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

import { useId } from 'react'
import type { InputHTMLAttributes } from 'react'
import css from './control.module.css'

/** A field inside a sentence, which says what it is; `label` says it to those who listen. `suggestions` can be taken or left. */
export function PlainInput({
  label,
  value,
  onChange,
  suggestions = [],
  ...native
}: {
  label: string
  value: string
  onChange: (value: string) => void
  suggestions?: readonly string[]
} & Pick<InputHTMLAttributes<HTMLInputElement>, 'type' | 'inputMode' | 'placeholder' | 'disabled'>) {
  const id = useId()
  return (
    <>
      <input
        type="text"
        autoComplete="off"
        {...native}
        className={css.control}
        aria-label={label}
        list={suggestions.length > 0 ? id : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {suggestions.length > 0 && (
        <datalist id={id}>
          {suggestions.map((suggestion) => (
            <option key={suggestion}>{suggestion}</option>
          ))}
        </datalist>
      )}
    </>
  )
}

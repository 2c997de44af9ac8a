import css from './control.module.css'
import { Field } from './Field.tsx'
import type { FieldWords } from './Field.tsx'

/** One of a few. The browser's own list: every keyboard, reader and phone knows it. */
export function Select<T extends string>({
  value,
  onChange,
  choices,
  disabled = false,
  ...words
}: FieldWords & {
  value: T
  onChange: (value: T) => void
  choices: readonly { value: T; label: string }[]
  disabled?: boolean
}) {
  return (
    <Field {...words}>
      {(control) => (
        <select
          {...control}
          className={css.control}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const chosen = choices.find((choice) => choice.value === event.target.value)
            if (chosen) onChange(chosen.value)
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

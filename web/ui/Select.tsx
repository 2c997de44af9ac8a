import css from './control.module.css'
import { Field } from './Field.tsx'
import type { ControlAttributes, FieldWords } from './Field.tsx'

interface Chosen<T extends string> {
  value: T
  onChange: (value: T) => void
  choices: readonly { value: T; label: string }[]
  disabled?: boolean
}

/** One of a few. The browser's own list: every keyboard, reader and phone knows it. */
export function Select<T extends string>({
  value,
  onChange,
  choices,
  disabled,
  ...words
}: FieldWords & Chosen<T>) {
  return (
    <Field {...words}>
      {(control) => (
        <Choices
          control={control}
          value={value}
          onChange={onChange}
          choices={choices}
          disabled={disabled ?? false}
        />
      )}
    </Field>
  )
}

/** The same where a table or a sentence around it says what it is; `label` says it to those who listen. */
export function PlainSelect<T extends string>({ label, ...chosen }: { label: string } & Chosen<T>) {
  return <Choices control={{ 'aria-label': label }} {...chosen} />
}

function Choices<T extends string>({
  control,
  value,
  onChange,
  choices,
  disabled = false,
}: Chosen<T> & { control: ControlAttributes | { 'aria-label': string } }) {
  return (
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
  )
}

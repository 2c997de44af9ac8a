import { useId } from 'react'
import css from './Checkbox.module.css'

/** Yes or no, taken at once. */
export function Checkbox({
  label,
  help,
  checked,
  onChange,
  disabled = false,
}: {
  label: string
  help?: string
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
}) {
  const id = useId()
  return (
    <div className={css.row}>
      <input
        id={id}
        type="checkbox"
        className={css.box}
        checked={checked}
        disabled={disabled}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id} className={css.label}>
          {label}
        </label>
        {help && (
          <p id={`${id}-help`} className={css.help}>
            {help}
          </p>
        )}
      </div>
    </div>
  )
}

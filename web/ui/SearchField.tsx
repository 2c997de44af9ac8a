import { useTranslation } from 'react-i18next'
import control from './control.module.css'
import { Icon } from './Icon.tsx'
import css from './SearchField.module.css'

/** Narrows down what is on the page while one types. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (value: string) => void
}) {
  const { t } = useTranslation()
  return (
    <div className={css.search} role="search">
      <Icon name="search" />
      <input
        type="search"
        className={control.control}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {value && (
        <button type="button" className={css.clear} aria-label={t('ui.clear')} onClick={() => onChange('')}>
          <Icon name="cross" size="s" />
        </button>
      )}
    </div>
  )
}

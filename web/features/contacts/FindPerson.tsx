import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/TextField.tsx'

/** Finds one person by their email or phone, as a list's filter: told on Enter, and once the field is emptied. */
export function FindPerson({
  label,
  person,
  onFind,
}: {
  label: string
  /** Whom the list is of now. */
  person: string | undefined
  onFind: (address: string | undefined) => void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(person ?? '')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onFind(typed.trim() || undefined)
      }}
    >
      <TextField
        label={label}
        required
        type="search"
        placeholder={t('events.personExample')}
        value={typed}
        onChange={(value) => {
          setTyped(value)
          if (value === '' && person !== undefined) onFind(undefined)
        }}
      />
    </form>
  )
}

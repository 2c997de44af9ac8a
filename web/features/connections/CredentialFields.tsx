import { useTranslation } from 'react-i18next'
import { asText } from '../../graphql/json.ts'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { SecretInput } from '../../ui/SecretInput.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextField } from '../../ui/TextField.tsx'
import type { Form } from '../forms/use-form.ts'
import { countingFields } from './credentials.ts'
import type { CredentialField } from './credentials.ts'

/** More optional fields than this are put behind a button, so that what is needed stands out. */
const OPTIONAL_MAX = 4

/** The form of a connector: what has to be filled in first, what may be left behind a button. */
export function CredentialFields({
  fields,
  form,
  secretsSet = [],
}: {
  fields: readonly CredentialField[]
  form: Form<string>
  secretsSet?: readonly string[]
}) {
  const { t } = useTranslation()
  const shown = countingFields(fields, form.values)
  const isMain = ({ required, secret, kind, onlyFor }: CredentialField) =>
    required || secret || kind === 'choice' || onlyFor.length > 0
  const spare = shown.filter((field) => !isMain(field))
  const isLong = spare.length > OPTIONAL_MAX
  const show = (field: CredentialField) => (
    <FieldView key={field.name} field={field} form={form} isSet={secretsSet.includes(field.name)} />
  )
  return (
    <>
      {shown.filter((field) => !isLong || isMain(field)).map(show)}
      {isLong && (
        <Disclosure
          label={t('connection.form.more', { count: spare.length })}
          opened={spare.some(({ name }) => form.field(name).problem !== undefined)}
        >
          {() => spare.map(show)}
        </Disclosure>
      )}
    </>
  )
}

function FieldView({ field, form, isSet }: { field: CredentialField; form: Form<string>; isSet: boolean }) {
  const { t } = useTranslation()
  const { name, label, help, kind, required, secret, choices, choiceLabels, otherwise } = field
  const words = { label, help: help ?? undefined, required, ...form.field(name) }
  if (kind === 'yes_no') {
    return (
      <Checkbox
        label={label}
        {...(help ? { help } : {})}
        checked={words.value === 'true'}
        onChange={(checked) => words.onChange(String(checked))}
      />
    )
  }
  if (kind === 'choice' && choices) {
    const own = choices.map((value, at) => ({ value, label: choiceLabels?.[at] ?? value }))
    const isOpen = !required && otherwise === null
    return (
      <Select
        {...words}
        // It always holds one of them.
        required={!isOpen}
        choices={isOpen ? [{ value: '', label: t('connection.form.noChoice') }, ...own] : own}
      />
    )
  }
  if (secret) return <SecretInput {...words} isSet={isSet} />
  return (
    <TextField
      {...words}
      placeholder={otherwise === null ? undefined : asText(otherwise)}
      inputMode={kind === 'whole_number' ? 'numeric' : kind === 'number' ? 'decimal' : undefined}
      autoComplete="off"
      spellCheck={false}
    />
  )
}

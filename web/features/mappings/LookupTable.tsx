import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../../ui/Button.tsx'
import control from '../../ui/control.module.css'
import { PlainSelect } from '../../ui/Select.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useDesk } from './desk.ts'
import { FieldPicker } from './FieldPicker.tsx'
import css from './LookupTable.module.css'
import { isSame } from './mapping-fields.ts'
import type { Source } from './mapping-fields.ts'
import { Pill } from './Pill.tsx'
import type { Target } from './targets.ts'
import { valueWords } from './value-words.ts'

type Lookup = Extract<Source, { kind: 'lookup' }>
type Entry = readonly [found: string, given: string]

/** A table that says what is sent for each value that is found. */
export function LookupTable({
  target,
  source,
  isFresh,
  onChange,
}: {
  target: Target
  source: Lookup
  isFresh: boolean
  onChange: (source: Lookup) => void
}) {
  const { t } = useTranslation()
  const { readable } = useDesk()
  // A line that is half typed has no place in the table yet.
  const [typed, setTyped] = useState<readonly Entry[]>(() => entriesOf(source))
  const isOurs = isSame(tableOf(typed), source.table)
  const entries = isOurs ? typed : entriesOf(source)
  const found = valueWords(readable.find(({ path }) => path === source.path)?.value)

  function put(next: readonly Entry[]): void {
    setTyped(next)
    onChange({ ...source, table: tableOf(next) })
  }
  const change = (at: number, entry: Entry) =>
    put(entries.map((each, place) => (place === at ? entry : each)))

  return (
    <div className={css.table}>
      <p className={css.label}>{t('mapping.table.looksAt')}</p>
      <FieldPicker
        label={t('mapping.table.looksAt')}
        placeholder=""
        onPick={(path) => onChange({ ...source, path })}
      >
        <Pill path={source.path} />
      </FieldPicker>
      <p className={css.head}>
        <span>{t('mapping.table.found')}</span>
        <span>{t('mapping.table.given')}</span>
      </p>
      <ul className={css.entries}>
        {entries.map(([key, value], at) => (
          <li key={at} className={css.entry}>
            <input
              // The person has just asked for a table: this is where it begins.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus={isFresh && at === 0}
              className={control.control}
              aria-label={t('mapping.table.foundAt', { place: at + 1 })}
              autoComplete="off"
              placeholder={found}
              value={key}
              onChange={(event) => change(at, [event.target.value, value])}
            />
            <Given
              target={target}
              place={at + 1}
              value={value}
              onChange={(given) => change(at, [key, given])}
            />
            <IconButton
              icon="cross"
              label={t('mapping.table.remove', { found: key })}
              onClick={() => put(entries.filter((_entry, place) => place !== at))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button size="s" icon="plus" onClick={() => setTyped([...entries, ['', '']])}>
          {t('mapping.table.add')}
        </Button>
      </div>
      <TextField
        label={t('mapping.table.otherwise')}
        help={t('mapping.table.otherwiseHelp')}
        autoComplete="off"
        value={source.otherwise ?? ''}
        onChange={(otherwise) => onChange({ ...source, otherwise: otherwise === '' ? undefined : otherwise })}
      />
    </div>
  )
}

function Given({
  target: { choices, choiceLabels },
  place,
  value,
  onChange,
}: {
  target: Target
  place: number
  value: string
  onChange: (value: string) => void
}) {
  const { t } = useTranslation()
  const label = t('mapping.table.givenAt', { place })
  if (choices) {
    return (
      <PlainSelect
        label={label}
        value={value}
        onChange={onChange}
        choices={[
          { value: '', label: t('mapping.table.nothing') },
          ...choices.map((choice, at) => ({ value: choice, label: choiceLabels?.[at] ?? choice })),
        ]}
      />
    )
  }
  return (
    <input
      className={control.control}
      aria-label={label}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function entriesOf({ table }: Lookup): readonly Entry[] {
  const entries = Object.entries(table)
  return entries.length > 0 ? entries : [['', '']]
}

function tableOf(entries: readonly Entry[]): Record<string, string> {
  return Object.fromEntries(entries.filter(([key]) => key.trim() !== ''))
}

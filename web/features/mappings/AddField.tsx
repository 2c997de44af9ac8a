import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Picker } from '../../ui/Picker.tsx'
import type { PickerGroup } from '../../ui/picker-options.ts'
import css from './AddField.module.css'
import { isHolder } from './targets.ts'
import type { Target } from './targets.ts'

/** Adds a field of the destination to the mapping, found by typing; also one inside of what holds any fields by name. */
export function AddField({
  open,
  holders,
  onAdd,
}: {
  open: readonly Target[]
  holders: readonly Target[]
  onAdd: (name: string) => void
}) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const typed = query.trim()
  const fitting = () =>
    open.filter((target) =>
      `${target.label} ${target.name} ${target.help ?? ''}`.toLowerCase().includes(typed.toLowerCase()),
    )
  const groups = (): PickerGroup[] => [
    {
      label: t('mapping.add.fields'),
      options: fitting().map(({ name, label, help, kind }) => ({
        key: name,
        label,
        value: help ?? undefined,
        note: isHolder({ kind }) ? t('mapping.add.holds') : undefined,
      })),
    },
    {
      label: t('mapping.add.byName'),
      options:
        typed === ''
          ? []
          : holders.map(({ name, label }) => ({
              key: `${name}.${typed}`,
              label: t('mapping.add.within', { name: typed, holder: label }),
            })),
    },
  ]

  return (
    <div className={css.add}>
      <Picker
        label={t('mapping.add.label')}
        openLabel={t('mapping.add.open')}
        placeholder={t('mapping.add.placeholder', { count: open.length })}
        nothing={t('mapping.add.none')}
        groups={groups}
        query={query}
        onQuery={setQuery}
        onPick={onAdd}
      />
    </div>
  )
}

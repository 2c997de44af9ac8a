import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { AddField } from './AddField.tsx'
import { useDesk } from './desk.ts'
import { usePlace } from './place.ts'
import { TargetRow } from './TargetRow.tsx'
import css from './TargetRows.module.css'
import { isHolder, openTargets, targetRows } from './targets.ts'
import type { TargetFields } from './targets.ts'

/** The fields of the destination, one row each, and the way to more of them. One at a time is open. */
export function TargetRows({ form }: { form: readonly FragmentOf<typeof TargetFields>[] }) {
  const { t } = useTranslation()
  const { fields, put, shown, isReadOnly } = useDesk()
  const { field: open, go } = usePlace()
  const [added, setAdded] = useState<readonly string[]>([])
  const [fresh, setFresh] = useState<string>()
  const toFocus = useRef<HTMLInputElement>(null)
  const newest = added.at(-1)
  useEffect(() => {
    if (newest !== undefined) toFocus.current?.focus()
  }, [newest])

  const rows = targetRows(form, fields, added)
  const more = openTargets(form, fields, added)

  function toggle(name: string): void {
    setFresh(undefined)
    go({ field: open === name ? undefined : name })
  }
  function remove(name: string): void {
    setAdded(added.filter((each) => each !== name))
    put(name, undefined)
    if (open === name) go({ field: undefined })
  }

  return (
    <div className={css.rows}>
      <div className={css.head} aria-hidden="true">
        <span>{t('mapping.column.to')}</span>
        <span>{t('mapping.column.from')}</span>
        <span>{shown && t('mapping.column.result', { person: shown.person })}</span>
      </div>
      <ol aria-label={t('mapping.label')} className={css.list}>
        {rows.map((target) => (
          <TargetRow
            key={target.name}
            target={target}
            isOpen={open === target.name}
            isFresh={fresh === target.name}
            onToggle={() => toggle(target.name)}
            onMade={() => {
              setFresh(target.name)
              go({ field: target.name })
            }}
            onRemove={() => remove(target.name)}
            {...(target.name === newest ? { inputRef: toFocus } : {})}
          />
        ))}
      </ol>
      {rows.length === 0 && <p className={css.none}>{t('mapping.noRows')}</p>}
      {!isReadOnly && (
        <div className={css.add}>
          <AddField
            open={more}
            holders={[...rows, ...more].filter((target) => isHolder(target) && !target.name.includes('.'))}
            onAdd={(name) => setAdded([...added, name])}
          />
        </div>
      )}
    </div>
  )
}

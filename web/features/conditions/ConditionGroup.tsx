import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../../ui/Button.tsx'
import { PlainSelect } from '../../ui/Select.tsx'
import { joins, newComparison, newGroup } from './condition.ts'
import type { Group, Part } from './condition.ts'
import css from './ConditionBuilder.module.css'
import { ConditionRow } from './ConditionRow.tsx'
import type { ReadableField } from './FieldPicker.tsx'

/** Deeper than that nobody reads it; what was made elsewhere is shown all the same. */
const DEPTH_MAX = 3

/** Conditions that belong together, and how. */
export function ConditionGroup({
  group,
  fields,
  onChange,
  onRemove,
  depth = 1,
}: {
  group: Group
  fields: readonly ReadableField[]
  onChange: (next: Group) => void
  onRemove?: () => void
  depth?: number
}) {
  const { t } = useTranslation()
  const { join, parts } = group
  const [added, setAdded] = useState<number>()
  const add = useRef<HTMLDivElement>(null)
  const put = (next: readonly Part[]) => onChange({ ...group, parts: next })
  const append = (part: Part) => {
    setAdded(part.kind === 'group' ? undefined : part.id)
    put([...parts, part])
  }
  const replace = (old: Part, next: Part) => put(parts.map((part) => (part === old ? next : part)))
  const remove = (old: Part) => {
    put(parts.filter((part) => part !== old))
    add.current?.querySelector('button')?.focus()
  }

  return (
    <div className={css.group} role="group" aria-label={t(`condition.join.${join}`)}>
      {(parts.length > 1 || join !== 'all' || onRemove) && (
        <div className={css.join}>
          <PlainSelect
            label={t('condition.join.label')}
            value={join}
            onChange={(next) => onChange({ ...group, join: next })}
            choices={joins.map((value) => ({ value, label: t(`condition.join.${value}`) }))}
          />
          {onRemove && <IconButton icon="trash" label={t('condition.removeGroup')} onClick={onRemove} />}
        </div>
      )}
      {parts.length > 0 && (
        <ul className={css.parts}>
          {parts.map((part) => (
            <li key={part.id}>
              {part.kind === 'group' ? (
                <ConditionGroup
                  group={part}
                  fields={fields}
                  depth={depth + 1}
                  onChange={(next) => replace(part, next)}
                  onRemove={() => remove(part)}
                />
              ) : (
                <ConditionRow
                  comparison={part}
                  fields={fields}
                  isNew={part.id === added}
                  onChange={(next) => replace(part, next)}
                  onRemove={() => remove(part)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <div ref={add} className={css.add}>
        <Button size="s" icon="plus" onClick={() => append(newComparison())}>
          {parts.length === 0 ? t('condition.addFirst') : t('condition.add')}
        </Button>
        {depth < DEPTH_MAX && parts.length > 0 && (
          <Button
            size="s"
            kind="quiet"
            onClick={() => append(newGroup(join === 'any' ? 'all' : 'any', [newComparison()]))}
          >
            {t('condition.addGroup')}
          </Button>
        )}
      </div>
    </div>
  )
}

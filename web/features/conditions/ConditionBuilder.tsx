import { useState } from 'react'
import type { Json } from '../../graphql/graphql.ts'
import { readCondition, writeCondition } from './condition.ts'
import { ConditionGroup } from './ConditionGroup.tsx'
import type { ReadableField } from './FieldPicker.tsx'

/** Builds a condition row by row. What is half made stays on the screen and does not count yet. */
export function ConditionBuilder({
  stored,
  fields,
  onChange,
}: {
  stored: Json | null
  /** What there is to compare, from real events. */
  fields: readonly ReadableField[]
  onChange: (next: Json | null) => void
}) {
  const [group, setGroup] = useState(() => readCondition(stored))
  return (
    <ConditionGroup
      group={group}
      fields={fields}
      onChange={(next) => {
        setGroup(next)
        onChange(writeCondition(next) ?? null)
      }}
    />
  )
}

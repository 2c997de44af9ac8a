import { isRecord } from '../../graphql/json.ts'
import type { Json } from '../../graphql/json.ts'

/** One value before and after. */
export interface FieldDifference {
  field: string
  old: Json | null
  new: Json | null
}

/** Where two payloads differ, value by value, in the order in which they stand there; names of nested ones with dots. */
export function differences(old: Json | null, now: Json | null): FieldDifference[] {
  const before = leaves(old)
  const after = leaves(now)
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const change = { field, old: before.get(field) ?? null, new: after.get(field) ?? null }
    return JSON.stringify(change.old) === JSON.stringify(change.new) ? [] : [change]
  })
}

/** Lists count as one value: what moved in them says nothing place by place. */
function leaves(value: Json | null, path = ''): Map<string, Json> {
  if (value === null) return new Map()
  if (!isRecord(value)) return new Map([[path, value]])
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [
      ...leaves(inner, path === '' ? name : `${path}.${name}`),
    ]),
  )
}

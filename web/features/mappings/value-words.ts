import i18next from 'i18next'
import { isRecord } from '../../graphql/json.ts'
import type { Json, JsonRecord } from '../../graphql/json.ts'
import { fieldName } from '../../i18n/field-name.ts'

/** A value in one line, as a person would read it out. Empty for what is empty. */
export function valueWords(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'boolean') return i18next.t(value ? 'mapping.yes' : 'mapping.no')
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (isRecord(value)) return recordWords(value)
  const isPlain = value.every((each) => typeof each !== 'object')
  return isPlain
    ? value.map((each) => valueWords(each)).join(', ')
    : i18next.t('mapping.listOf', { count: value.length })
}

function recordWords(value: JsonRecord): string {
  return Object.entries(value)
    .flatMap(([name, inner]) => {
      const words = valueWords(inner)
      return words === '' ? [] : [`${fieldName(name)}: ${words}`]
    })
    .join(', ')
}

export type ValueKind = 'text' | 'number' | 'yes_no' | 'list' | 'object'

export function kindOf(value: Json): ValueKind {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'yes_no'
  if (Array.isArray(value)) return 'list'
  return isRecord(value) ? 'object' : 'text'
}

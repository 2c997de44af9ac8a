import i18next from 'i18next'
import { fieldName } from '../../i18n/field-name.ts'
import { segmentsOf } from './paths.ts'
import type { Segment } from './paths.ts'

/** Where something that can be read belongs to. */
export const fieldGroups = ['contact', 'event', 'about', 'context', 'step', 'connection', 'raw'] as const
export type FieldGroup = (typeof fieldGroups)[number]

/** A path as people read it: whose it is, and what it is, step by step. */
export interface PathWords {
  group: FieldGroup
  /** Of an earlier step: its id. */
  step?: string
  parts: string[]
}

export function pathWords(path: string): PathWords {
  const [root, second, ...rest] = segmentsOf(path)
  const after = second === undefined ? [] : [second, ...rest]
  switch (root) {
    case 'contact':
      return { group: 'contact', parts: segmentWords(after) }
    case 'company':
      return { group: 'contact', parts: segmentWords(['company', ...after]) }
    case 'steps':
      return { group: 'step', step: String(second ?? ''), parts: segmentWords(rest) }
    case 'connection':
      return { group: 'connection', parts: segmentWords(after) }
    case 'now':
      return { group: 'about', parts: [i18next.t('mapping.now')] }
    default:
      return ofEvent(second, rest)
  }
}

/** The same in one line, without whose it is. */
export function fieldLabel(path: string): string {
  return pathWords(path).parts.join(' › ')
}

function ofEvent(second: Segment | undefined, rest: readonly Segment[]): PathWords {
  switch (second) {
    case 'properties':
      return { group: 'event', parts: segmentWords(rest) }
    case 'contact':
      return { group: 'event', parts: segmentWords(['contact', ...rest]) }
    case 'context':
      return { group: 'context', parts: segmentWords(rest) }
    case 'raw':
      return { group: 'raw', parts: segmentWords(rest) }
    default:
      return { group: 'about', parts: second === undefined ? [] : segmentWords([second, ...rest]) }
  }
}

/** Each step of a path as people read it. */
export function segmentWords(segments: readonly Segment[]): string[] {
  return segments.map((segment) => {
    if (segment === 0) return i18next.t('mapping.first')
    if (segment === -1) return i18next.t('mapping.last')
    if (typeof segment === 'number') return i18next.t('mapping.place', { place: segment + 1 })
    return fieldName(segment)
  })
}

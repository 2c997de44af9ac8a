import type { Segment } from '../mappings/paths.ts'
import { segmentWords } from '../mappings/field-words.ts'

/** What an action is given, as its form calls it. */
export type LabelledInput = readonly { name: string; label: string }[]

/** The destination's own word for a field, and behind it whatever stands in it as it is called there. */
export function inputWords(
  input: LabelledInput | undefined,
  [field = '', ...rest]: readonly Segment[],
): string {
  const label = input?.find(({ name }) => name === field)?.label ?? String(field)
  return [label, ...segmentWords(rest)].join(' › ')
}

/** The same for a field as rows of a mapping name it, such as `properties.lead_source`. */
export function targetWords(input: LabelledInput | undefined, target: string): string {
  const dot = target.indexOf('.')
  return inputWords(input, dot < 0 ? [target] : [target.slice(0, dot), target.slice(dot + 1)])
}

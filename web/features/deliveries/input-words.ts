import type { Json } from '../../graphql/json.ts'
import { choiceWords } from '../mappings/choice-words.ts'
import type { ChoiceField } from '../mappings/choice-words.ts'
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

/** What a value is called that the destination's form offers as a choice; nothing for any other. */
export function sentWords(
  input: readonly (ChoiceField & { name: string })[] | undefined,
  path: readonly Segment[],
  value: Json,
): string | undefined {
  return path.length === 1
    ? choiceWords(
        input?.find(({ name }) => name === path[0]),
        value,
      )
    : undefined
}

/** The same for a field as rows of a mapping name it, such as `properties.lead_source`. */
export function targetWords(input: LabelledInput | undefined, target: string): string {
  const dot = target.indexOf('.')
  return inputWords(input, dot < 0 ? [target] : [target.slice(0, dot), target.slice(dot + 1)])
}

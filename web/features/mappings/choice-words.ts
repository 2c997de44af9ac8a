import type { Json } from '../../graphql/json.ts'

/** A field of a form of which few values can be chosen, with their words in the same order. */
export interface ChoiceField {
  choices: readonly string[] | null
  choiceLabels: readonly string[] | null
}

/** What a vendor's code is called, `NOT_STARTED` as “Not started”; nothing where the field knows no such choice. */
export function choiceWords(field: ChoiceField | undefined, value: Json | undefined): string | undefined {
  const place = typeof value === 'string' ? field?.choices?.indexOf(value) : undefined
  return place === undefined ? undefined : field?.choiceLabels?.[place]
}

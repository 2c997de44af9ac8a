import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { asText, isRecord } from '../../graphql/json.ts'
import type { Json } from '../../graphql/json.ts'

export const CredentialField = graphql(`
  fragment CredentialField on FormField {
    name
    label
    help
    kind
    required
    secret
    choices
    choiceLabels
    otherwise
    onlyFor {
      field
      values
    }
  }
`)

export type CredentialField = ResultOf<typeof CredentialField>
/** What stands in the form: text for every field, `true` and `false` for a tick. */
export type Typed = Record<string, string>

/** What the form begins with: what is known, else what holds where nothing is given. Secrets are never known. */
export function initialValues(fields: readonly CredentialField[], known: Json = null): Typed {
  const settings = isRecord(known) ? known : {}
  return Object.fromEntries(
    fields.map(({ name, secret, otherwise, kind }) => {
      const value = secret ? undefined : (settings[name] ?? otherwise)
      const isChosen = kind === 'choice' || kind === 'yes_no'
      // A default of a text field stays its placeholder: what nobody typed in is not theirs.
      return [
        name,
        value === undefined || value === null || (!isChosen && !settings[name]) ? '' : asText(value),
      ]
    }),
  )
}

/** The fields that count for what stands in the form now. */
export function countingFields(fields: readonly CredentialField[], values: Typed): CredentialField[] {
  return fields.filter(({ onlyFor }) =>
    onlyFor.every((condition) => condition.values.includes(values[condition.field] ?? '')),
  )
}

/**
 * What is sent. A field that does not count goes as empty, which takes away what was there; an empty secret keeps what
 * is kept, so it is left out.
 */
export function toCredentials(fields: readonly CredentialField[], values: Typed): Record<string, Json> {
  const counting = new Set(countingFields(fields, values))
  return Object.fromEntries(
    fields.flatMap((field): [string, Json][] => {
      const typed = counting.has(field) ? (values[field.name] ?? '') : ''
      if (typed.trim() === '' && field.secret && counting.has(field)) return []
      return [[field.name, valueOf(field, typed)]]
    }),
  )
}

function valueOf({ kind, secret }: CredentialField, typed: string): Json {
  // The hub knows which blanks are part of a secret.
  if (secret) return typed
  if (kind === 'yes_no' && typed !== '') return typed === 'true'
  if (
    (kind === 'number' || kind === 'whole_number') &&
    typed.trim() !== '' &&
    Number.isFinite(Number(typed))
  ) {
    return Number(typed)
  }
  // Blanks alone can be meant: they may be what separates two signatures.
  return typed.trim() || typed
}

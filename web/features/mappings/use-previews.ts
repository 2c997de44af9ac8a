import { useEffect, useEffectEvent, useState } from 'react'
import { useClient } from 'urql'
import type { Client } from 'urql'
import { failureWords } from '../../app/failure-words.ts'
import { graphql } from '../../graphql/graphql.ts'
import type { Json, ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { wordOf } from '../../i18n/word-of.ts'
import type { MappedField, MappingFields } from './mapping-fields.ts'
import type { Shown } from './use-samples.ts'

const PreviewQuery = graphql(
  `
    query PreviewRows(
      $connectorId: String!
      $actionId: String!
      $fields: JSON!
      $eventId: ID
      $sample: JSON
    ) {
      previewMapping(
        connectorId: $connectorId
        actionId: $actionId
        fields: $fields
        eventId: $eventId
        sample: $sample
      ) {
        __typename
        ... on MappingPreview {
          fields {
            field
            from
            value
            convertedFrom
          }
          problems {
            field
            code
            message
            data
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** What a row gives for the shown person. */
export interface Outcome {
  value: Json
  /** What it was before it was turned into the kind that the field holds. */
  convertedFrom: Json
  problem?: { code: string; message: string; data: Json }
}

export interface Previews {
  /** The last known outcome of a row; `isPending` while a newer one is on its way. */
  of: (name: string) => { outcome: Outcome | undefined; isPending: boolean }
  failure: string | undefined
  retry: () => void
}

/** While somebody types, nothing is asked. */
const PAUSE_MS = 250
const KEPT_MAX = 2_000

/**
 * What each row gives for the shown person, by the same code that runs in production. Only rows whose outcome is not
 * known yet are asked for.
 */
export function usePreviews(
  target: { connectorId: string; actionId: string },
  fields: MappingFields,
  shown: Shown | undefined,
): Previews {
  const client = useClient()
  const [known, setKnown] = useState<ReadonlyMap<string, Outcome>>(new Map())
  const [latest, setLatest] = useState<ReadonlyMap<string, Outcome>>(new Map())
  const [failure, setFailure] = useState<string>()
  const keyOf = (name: string, row: MappedField) => JSON.stringify([shown?.asked, name, row])
  const wanted = Object.entries(fields).filter(([name, row]) => !known.has(keyOf(name, row)))
  const question = shown ? JSON.stringify([shown.asked, wanted]) : ''

  const ask = useEffectEvent(async (): Promise<void> => {
    if (!shown) return
    const rows = Object.fromEntries(wanted)
    const keys = new Map(wanted.map(([name, row]) => [name, keyOf(name, row)]))
    const answer = await askFor(client, { ...target, fields: rows, ...shown.asked })
    if (typeof answer === 'string') return setFailure(answer)
    setFailure(undefined)
    setKnown((before) => new Map([...(before.size > KEPT_MAX ? [] : before), ...keyed(answer, keys)]))
    setLatest((before) => new Map([...before, ...answer]))
  })
  useEffect(() => {
    if (question === '' || wanted.length === 0) return undefined
    const timer = setTimeout(() => void ask(), latest.size === 0 ? 0 : PAUSE_MS)
    return () => clearTimeout(timer)
  }, [question])

  return {
    failure,
    retry: () => void ask(),
    of(name) {
      const row = fields[name]
      if (!row) return { outcome: undefined, isPending: false }
      const outcome = known.get(keyOf(name, row))
      return { outcome: outcome ?? latest.get(name), isPending: !outcome && failure === undefined }
    },
  }
}

function keyed(
  outcomes: ReadonlyMap<string, Outcome>,
  keys: ReadonlyMap<string, string>,
): [string, Outcome][] {
  return [...outcomes].flatMap(([name, outcome]) => {
    const key = keys.get(name)
    return key === undefined ? [] : [[key, outcome]]
  })
}

/** Outcomes by row, or why there are none. */
async function askFor(
  client: Client,
  variables: Parameters<typeof readAnswer>[1] & {
    connectorId: string
    actionId: string
    eventId?: string
    sample?: Json
  },
): Promise<ReadonlyMap<string, Outcome> | string> {
  const { data, error } = await client.query(PreviewQuery, variables, { requestPolicy: 'network-only' })
  if (error) return failureWords(error)
  return data ? readAnswer(data.previewMapping, variables) : ''
}

type Answer = ResultOf<typeof PreviewQuery>['previewMapping']

function readAnswer(
  answer: Answer,
  { fields }: { fields: MappingFields },
): ReadonlyMap<string, Outcome> | string {
  if (answer.__typename === 'MappingPreview') {
    return new Map(
      answer.fields.map(({ field, value, convertedFrom }) => {
        const problem = answer.problems.find((each) => each.field === field)
        return [field, { value, convertedFrom, ...(problem ? { problem } : {}) }]
      }),
    )
  }
  // A row that cannot be read at all, such as a formula that is half typed: the others are asked for without it.
  const problems = answer.__typename === 'InputInvalid' ? answer.problems : []
  const unreadable = problems.flatMap(({ path, message }): [string, Outcome][] => {
    const name = Object.keys(fields).find((each) => path.startsWith(`fields.${each}.`))
    const problem = { code: 'formula_syntax', message, data: null }
    return name === undefined ? [] : [[name, { value: null, convertedFrom: null, problem }]]
  })
  return unreadable.length > 0 ? new Map(unreadable) : wordOf('error', answer.code, {}, answer.message)
}

import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { EventNameFields, happened } from '../events/event-words.ts'

/** What became of a receipt: taken in and understood, or why not. */
export const ReceiptOutcomeFields = graphql(
  `
    fragment ReceiptOutcomeFields on Receipt {
      id
      state
      receivedAt
      reason {
        code
        data
      }
      events {
        id
        ...EventNameFields
      }
    }
  `,
  [EventNameFields],
)

/** What a receipt meant, each kind of event once; empty where it meant nothing. */
export function receiptMeaning({ events }: Pick<ResultOf<typeof ReceiptOutcomeFields>, 'events'>): string {
  return [...new Set(events.map(happened))].join(', ')
}

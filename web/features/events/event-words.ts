import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'

/** What an event is called. */
export const EventNameFields = graphql(`
  fragment EventNameFields on Event @_unmask {
    name
    ownName
  }
`)

/** What happened, in words; where the vocabulary has none for it, its tool's own name stands behind. */
export function happened({ name, ownName }: ResultOf<typeof EventNameFields>): string {
  return ownName ? `${eventWords(name)}: ${ownName}` : eventWords(name)
}

/** An event's name in words: `order.paid` is “Order paid”. */
export function eventWords(name: string): string {
  const words = name.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

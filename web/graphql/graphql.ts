import { initGraphQLTada } from 'gql.tada'
import type { Json } from './json.ts'
import type { introspection } from './schema-types.d.ts'

/** Writes a GraphQL document whose variables and answer are typed by the printed schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: { DateTime: string; JSON: Json; ID: string }
}>()

export { readFragment } from 'gql.tada'
export type { Json } from './json.ts'
export type { FragmentOf, ResultOf } from 'gql.tada'

import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './schema-types.d.ts'

/** Writes a GraphQL document whose variables and answer are typed by the printed schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: { DateTime: string; JSON: Json; ID: string }
}>()

export { readFragment } from 'gql.tada'
export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada'

/** A value of a vendor or a person, whose shape the schema does not know. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

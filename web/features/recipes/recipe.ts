import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import type { Tools } from '../flows/use-tools.ts'

/** Under these headings recipes are shown, in this order. */
export const goals = ['leads', 'sales', 'win_back', 'meetings', 'in_step', 'lists', 'pass_on'] as const

export const RecipeFields = graphql(`
  fragment RecipeFields on Preset {
    id
    name
    description
    goal
    from
    to
    actionId
    events
  }
`)

export type MaskedRecipe = FragmentOf<typeof RecipeFields>

/** The vendors that a recipe needs and that are not connected yet, by their ids. */
export function missingVendors(recipe: MaskedRecipe, tools: Tools): string[] {
  const { from, to } = readFragment(RecipeFields, recipe)
  const has = (vendor: string) => tools.connections.some(({ connectorId }) => connectorId === vendor)
  return [...new Set([from, to])].filter((vendor) => !has(vendor))
}

/** Whether each of the words is in what the recipe says about itself. */
export function isAbout(recipe: MaskedRecipe, tools: Tools, words: string): boolean {
  const { name, description, from, to } = readFragment(RecipeFields, recipe)
  const vendors = [from, to].map((id) => tools.connector(id)?.name ?? id)
  const text = [name, description, ...vendors].join(' ').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

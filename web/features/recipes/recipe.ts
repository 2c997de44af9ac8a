import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import type { Tools } from '../flows/use-tools.ts'

/** Under these headings recipes are shown, in this order. */
export const goals = ['leads', 'sales', 'win_back', 'meetings', 'in_step', 'lists', 'pass_on'] as const

export const RecipeFields = graphql(`
  fragment RecipeFields on Recipe {
    id
    name
    description
    goal
    from
    events
    steps {
      id
      to
    }
  }
`)

export type MaskedRecipe = FragmentOf<typeof RecipeFields>

/** The tools that a recipe does something in, each once, by their ids. */
export function destinations(steps: readonly { to: string }[]): string[] {
  return [...new Set(steps.map(({ to }) => to))]
}

/** The vendors that a recipe needs, by their ids. */
function vendorsOf(recipe: MaskedRecipe): string[] {
  const { from, steps } = readFragment(RecipeFields, recipe)
  return [...new Set([from, ...destinations(steps)])]
}

/** The vendors that a recipe needs and that are not connected yet, by their ids. */
export function missingVendors(recipe: MaskedRecipe, tools: Tools): string[] {
  const has = (vendor: string) => tools.connections.some(({ connectorId }) => connectorId === vendor)
  return vendorsOf(recipe).filter((vendor) => !has(vendor))
}

/** Whether a recipe has nothing to do with any tool that is connected. */
export function isFar(recipe: MaskedRecipe, tools: Tools): boolean {
  return missingVendors(recipe, tools).length === vendorsOf(recipe).length
}

/** Whether each of the words is in what the recipe says about itself. */
export function isAbout(recipe: MaskedRecipe, tools: Tools, words: string): boolean {
  const { name, description } = readFragment(RecipeFields, recipe)
  const vendors = vendorsOf(recipe).map((id) => tools.connector(id)?.name ?? id)
  const text = [name, description, ...vendors].join(' ').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

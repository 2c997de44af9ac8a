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

/** What somebody looks for, as it stands in the address: words, and tools by their ids. */
export interface RecipeSearch {
  q?: string
  from?: string
  to?: string
}

/** The tools that a recipe does something in, each once, by their ids. */
export function destinations(steps: readonly { to: string }[]): string[] {
  return [...new Set(steps.map(({ to }) => to))]
}

/** The vendors that a recipe needs and that are not connected yet, by their ids. */
export function missingVendors(recipe: MaskedRecipe, tools: Tools): string[] {
  const { from, steps } = readFragment(RecipeFields, recipe)
  const has = (vendor: string) => tools.connections.some(({ connectorId }) => connectorId === vendor)
  return [...new Set([from, ...destinations(steps)])].filter((vendor) => !has(vendor))
}

/** Whether a recipe has each of the words in what it says about itself, and runs between these tools. */
export function fits(recipe: MaskedRecipe, tools: Tools, { q = '', from, to }: RecipeSearch): boolean {
  const { name, description, from: source, steps } = readFragment(RecipeFields, recipe)
  const vendors = [source, ...destinations(steps)]
  if (from !== undefined && from !== source) return false
  if (to !== undefined && !destinations(steps).includes(to)) return false
  const names = vendors.map((id) => tools.connector(id)?.name ?? id)
  const text = [name, description, ...names].join(' ').toLowerCase()
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

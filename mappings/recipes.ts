import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { presetId, recipeGoals } from './presets.ts'
import type { Preset } from './presets.ts'

const recipeSchema = z.strictObject({
  /** Unique; stays the same when the name gets better. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1),
  description: z.string().min(1),
  goal: z.enum(recipeGoals),
  /** The id of the connector whose events start it. */
  from: z.string().min(1),
  events: z.array(z.string()).min(1),
  /** *Only if*, as a flow has it. */
  filter: z.json().optional(),
  entry: z.enum(['every_event', 'once_per_contact']).default('every_event'),
  /** What is done, in this order: ids of presets. */
  steps: z.array(z.string()).min(1),
})

const fileSchema = z.strictObject({ recipes: z.array(recipeSchema) })

/** A whole automation: what starts it, and what it does, each with a ready-made mapping. */
export interface Recipe extends Omit<z.output<typeof recipeSchema>, 'steps'> {
  steps: readonly Preset[]
}

/**
 * Those of `recipes.json`, then one for each preset; its id is the preset's. A preset that needs another step before it
 * brings that along; where one of the file is the same, it is not offered twice. Throws, naming the recipe, when a step
 * is no preset. Reads the disk: call once.
 */
export function readRecipes(
  presets: readonly Preset[],
  file = join(import.meta.dirname, 'recipes.json'),
): Recipe[] {
  const presetOf = (id: string, askedBy: string): Preset => {
    const preset = presets.find((candidate) => presetId(candidate) === id)
    if (!preset) throw new Error(`Recipe ${askedBy}: there is no preset “${id}”.`)
    return preset
  }
  const withWhatComesBefore = (preset: Preset): Preset[] => {
    if (preset.after === undefined) return [preset]
    const before = presetOf(presetId({ ...preset, id: preset.after }), presetId(preset))
    return [...withWhatComesBefore(before), preset]
  }

  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`Recipes of ${file}: ${z.prettifyError(parsed.error)}`)
  const whole = parsed.data.recipes.map((recipe) => ({
    ...recipe,
    steps: recipe.steps.map((id) => presetOf(id, recipe.id)),
  }))
  const single = presets.map((preset): Recipe => {
    const { name, description, goal, from, events } = preset
    const steps = withWhatComesBefore(preset)
    return { id: presetId(preset), name, description, goal, from, events, entry: 'every_event', steps }
  })
  const known = new Set(whole.map(whatItDoes))
  return [...whole, ...single.filter((recipe) => !known.has(whatItDoes(recipe)))]
}

function whatItDoes({ events, steps }: Recipe): string {
  return JSON.stringify([events, steps.map(presetId)])
}

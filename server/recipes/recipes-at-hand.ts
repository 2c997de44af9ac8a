import { readRecipes } from '../../mappings/recipes.ts'
import type { Recipe } from '../../mappings/recipes.ts'
import { presetsAtHand } from '../mappings/presets-at-hand.ts'

let held: readonly Recipe[] | undefined

/** Every recipe of this release, read from disk once. */
export function recipesAtHand(): readonly Recipe[] {
  held ??= readRecipes(presetsAtHand())
  return held
}

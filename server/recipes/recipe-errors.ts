import { HubError } from '../errors.ts'

export class RecipeUnknown extends HubError {
  readonly code = 'recipe_unknown'

  constructor(id: string) {
    super(`There is no recipe “${id}”. The list of recipes names those there are.`)
  }
}

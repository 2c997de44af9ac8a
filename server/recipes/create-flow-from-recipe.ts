import { presetId } from '../../mappings/presets.ts'
import type { Recipe } from '../../mappings/recipes.ts'
import { findAction } from '../connectors/find-action.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { createFlow } from '../flows/create-flow.ts'
import type { Flow } from '../flows/flow.ts'
import { InputInvalid } from '../input-invalid.ts'
import type { InputProblem } from '../input-invalid.ts'
import { createMappingFromPreset } from '../mappings/create-mapping.ts'
import { deleteMapping } from '../mappings/delete-mapping.ts'
import { parseName } from '../parse-name.ts'
import { RecipeUnknown } from './recipe-errors.ts'
import { recipesAtHand } from './recipes-at-hand.ts'

type Deps = Pick<
  WorkspaceDeps,
  | 'connections'
  | 'connectors'
  | 'flows'
  | 'mappings'
  | 'formulas'
  | 'config'
  | 'workspaceId'
  | 'newId'
  | 'now'
>

interface Chosen {
  recipeId: string
  /** Left out: the recipe's. */
  name?: string | null | undefined
  /** The connection whose events start it. */
  sourceConnectionId: string
  /** One for each step, in their order. */
  stepConnectionIds: readonly string[]
}

/**
 * A whole flow as a draft, with a mapping of its own for each step. What can be wrong with what was sent is found before
 * anything is written. The flow comes last: where a write fails, the mappings made until then are removed again, and
 * where the process dies in between, what stays is a mapping that no flow uses.
 */
export async function createFlowFromRecipe(deps: Deps, chosen: Chosen, madeBy: string): Promise<Flow> {
  const recipe = recipesAtHand().find(({ id }) => id === chosen.recipeId)
  if (!recipe) throw new RecipeUnknown(chosen.recipeId)
  const name = parseName(chosen.name ?? recipe.name)
  const problems = await connectionProblems(deps, recipe, chosen)
  if (problems.length > 0) throw new InputInvalid(problems)

  const made: string[] = []
  try {
    for (const preset of recipe.steps) {
      const title = `${name}: ${findAction(deps.connectors, preset.to, preset.action).name}`
      const mapping = await createMappingFromPreset(deps, presetId(preset), title.slice(0, 200), madeBy)
      made.push(mapping.id)
    }
    const { events, filter, entry, steps } = recipe
    return await createFlow(deps, {
      name,
      definition: {
        trigger: { connectionId: chosen.sourceConnectionId, events },
        filter,
        entry,
        steps: steps.map(({ action }, at) => ({
          connectionId: chosen.stepConnectionIds[at] ?? '',
          actionId: action,
          mappingId: made[at] ?? '',
        })),
      },
    })
  } catch (cause) {
    const outcomes = await Promise.allSettled(made.map((id) => deleteMapping(deps, id)))
    const left = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    )
    if (left.length === 0) throw cause
    throw new AggregateError(
      [cause, ...left],
      `The flow “${name}” could not be made, and ${left.length} of the mappings made for it are left behind.`,
      { cause },
    )
  }
}

/** A connection that is not there, or of another tool than the recipe is for. */
async function connectionProblems(
  { connections, connectors }: Deps,
  { from, steps }: Recipe,
  { sourceConnectionId, stepConnectionIds }: Chosen,
): Promise<InputProblem[]> {
  if (stepConnectionIds.length !== steps.length) {
    const message = `give one connection for each of the ${steps.length} steps, not ${stepConnectionIds.length}`
    return [{ path: 'stepConnectionIds', message }]
  }
  const wanted = [
    { path: 'sourceConnectionId', id: sourceConnectionId, connectorId: from },
    ...steps.map(({ to }, at) => ({
      path: `stepConnectionIds.${at}`,
      id: stepConnectionIds[at] ?? '',
      connectorId: to,
    })),
  ]
  const problems = await Promise.all(
    wanted.map(async ({ path, id, connectorId }): Promise<InputProblem[]> => {
      if ((await connections.find(id))?.connectorId === connectorId) return []
      const vendor = connectors.get(connectorId)?.name ?? connectorId
      return [{ path, message: `choose a connection of ${vendor}` }]
    }),
  )
  return problems.flat()
}

import { recipeGoals } from '../../mappings/presets.ts'
import type { Recipe } from '../../mappings/recipes.ts'
import { ActionUnknown, ConnectorUnknown } from '../connectors/connector-errors.ts'
import { EntryEnum } from '../flows/flow.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { FlowType } from '../graphql/refs.ts'
import { InputInvalid } from '../input-invalid.ts'
import { PresetType } from '../mappings/preset.graphql.ts'
import { createFlowFromRecipe } from './create-flow-from-recipe.ts'
import { RecipeUnknown } from './recipe-errors.ts'
import { recipesAtHand } from './recipes-at-hand.ts'

const RecipeGoalEnum = builder.enumType('RecipeGoal', {
  description: 'What a person wants who takes a recipe.',
  values: recipeGoals,
})

const RecipeType = builder.objectRef<Recipe>('Recipe').implement({
  description: 'A whole automation, ready-made: what starts it, and what it does.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    goal: t.expose('goal', { type: RecipeGoalEnum }),
    from: t.exposeString('from', { description: 'Id of the connector whose events start it.' }),
    events: t.exposeStringList('events'),
    filter: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Only if, as in a flow.',
      resolve: ({ filter }) => filter,
    }),
    entry: t.expose('entry', { type: EntryEnum }),
    steps: t.field({
      type: [PresetType],
      description: 'What it does, in this order.',
      resolve: ({ steps }) => [...steps],
    }),
  }),
})

builder.objectType(RecipeUnknown, {
  name: 'RecipeUnknown',
  description: 'There is no such recipe.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('recipes', (t) =>
  t.field({
    type: [RecipeType],
    description: 'Whole automations first, then those of one thing to do.',
    authScopes: { role: 'viewer' },
    resolve: () => [...recipesAtHand()],
  }),
)

builder.queryField('recipe', (t) =>
  t.field({
    type: RecipeType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }) => recipesAtHand().find((recipe) => recipe.id === id),
  }),
)

builder.mutationField('createFlowFromRecipe', (t) =>
  t.field({
    type: FlowType,
    description:
      'A whole flow as a draft, with a mapping of its own for each step. All of it is made, or nothing.',
    authScopes: { role: 'marketer' },
    errors: { types: [RecipeUnknown, InputInvalid, ConnectorUnknown, ActionUnknown] },
    args: {
      recipeId: t.arg.id({ required: true }),
      name: t.arg.string({ description: 'Left out: the recipe’s.' }),
      sourceConnectionId: t.arg.id({ required: true, description: 'Whose events start it.' }),
      stepConnectionIds: t.arg.idList({
        required: true,
        description: 'One for each step, in their order.',
      }),
    },
    resolve: (_root, args, context) => createFlowFromRecipe(context.deps, args, context.actor),
  }),
)

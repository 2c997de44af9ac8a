import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'

/** Makes the whole flow of a recipe, as a draft. */
export const CreateFromRecipe = graphql(
  `
    mutation CreateFlowFromRecipe(
      $recipeId: ID!
      $name: String!
      $sourceConnectionId: ID!
      $stepConnectionIds: [ID!]!
    ) {
      answer: createFlowFromRecipe(
        recipeId: $recipeId
        name: $name
        sourceConnectionId: $sourceConnectionId
        stepConnectionIds: $stepConnectionIds
      ) {
        __typename
        ... on Flow {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

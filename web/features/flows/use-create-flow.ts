import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import type { FieldProblem } from '../forms/use-form.ts'
import { writeDefinition } from './definition.ts'
import type { Definition } from './definition.ts'

const CreateFlow = graphql(
  `
    mutation CreateFlow($name: String!, $definition: FlowDefinitionInput!) {
      createFlow(name: $name, definition: $definition) {
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

/** Makes a flow as a draft. `show` takes what is wrong with single fields of the form, as in `useChange`. */
export function useCreateFlow(show: (problems: readonly FieldProblem[]) => readonly FieldProblem[]) {
  const { send, isBusy, problem } = useChange(CreateFlow, ({ createFlow }) => createFlow, show)
  return {
    isBusy,
    problem,
    send: (name: string, definition: Definition) => send({ name, definition: writeDefinition(definition) }),
  }
}

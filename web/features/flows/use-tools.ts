import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'

const ToolsQuery = graphql(`
  query Tools {
    connections(first: 200) {
      items {
        id
        name
        connectorId
      }
    }
    connectors {
      id
      name
      logo
      triggers {
        id
        name
        description
        events
      }
      actions {
        id
        name
        description
        input {
          name
          label
        }
      }
    }
    vocabulary {
      name
      meaning
    }
  }
`)

type Answer = ResultOf<typeof ToolsQuery>
export type Connector = Answer['connectors'][number]
export type Connection = Answer['connections']['items'][number]
export type Action = Connector['actions'][number]

/** The connections there are, and what each can start a flow with and do. */
export interface Tools {
  connections: readonly Connection[]
  connection(id: string | null): Connection | undefined
  connectorOf(connectionId: string | null): Connector | undefined
  connector(id: string): Connector | undefined
  action(connectionId: string, actionId: string): Action | undefined
  /** What an event of this name means; empty for a name that is none. */
  meaning(event: string): string
  events: readonly string[]
}

export function useTools(): {
  tools: Tools | undefined
  failure: string | undefined
  isLoading: boolean
  reload: () => void
} {
  const { data, ...rest } = useData(ToolsQuery, {})
  return { tools: data && asTools(data), ...rest }
}

function asTools({ connections: { items }, connectors, vocabulary }: Answer): Tools {
  const connection = (id: string | null) => items.find((each) => each.id === id)
  const connector = (id: string) => connectors.find((each) => each.id === id)
  const connectorOf = (id: string | null) => connector(connection(id)?.connectorId ?? '')
  return {
    connections: items,
    connection,
    connector,
    connectorOf,
    action: (connectionId, actionId) => connectorOf(connectionId)?.actions.find(({ id }) => id === actionId),
    meaning: (event) => vocabulary.find(({ name }) => name === event)?.meaning ?? '',
    events: vocabulary.map(({ name }) => name),
  }
}

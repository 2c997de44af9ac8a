import { HubError } from '../errors.ts'

export class ConnectorUnknown extends HubError {
  readonly code = 'connector_unknown'

  constructor(connectorId: string) {
    super(`There is no connector “${connectorId}” on this hub. The list of connectors names those there are.`)
  }
}

export class ActionUnknown extends HubError {
  readonly code = 'action_unknown'

  constructor(connectorId: string, actionId: string) {
    super(`The connector “${connectorId}” has no action “${actionId}”. Choose one of those it lists.`)
  }
}

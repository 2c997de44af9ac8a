import type { AnyAction, AnyConnector } from '#sdk'
import { ActionUnknown, ConnectorUnknown } from './connector-errors.ts'

/** Throws `ConnectorUnknown` or `ActionUnknown`. */
export function findAction(
  connectors: ReadonlyMap<string, AnyConnector>,
  connectorId: string,
  actionId: string,
): AnyAction {
  const connector = connectors.get(connectorId)
  if (!connector) throw new ConnectorUnknown(connectorId)
  const action = Object.hasOwn(connector.actions, actionId) ? connector.actions[actionId] : undefined
  if (!action) throw new ActionUnknown(connectorId, actionId)
  return action
}

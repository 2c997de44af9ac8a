import type { AnyConnector } from '#sdk'
import { Mistyped } from '../command-line/mistyped.ts'
import { connectors } from '../../connectors/registry.ts'

/** The connector, or an error that names those there are. */
export function connectorNamed(id: string): AnyConnector {
  const connector = connectors.get(id)
  if (connector) return connector
  throw new Mistyped(`There is no connector ${id}. There are: ${[...connectors.keys()].join(', ')}.`)
}

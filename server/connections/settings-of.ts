import type { WorkspaceDeps } from '../deps.ts'
import { credentialsContext } from './connection-directory.ts'
import type { Connection } from './connection-store.ts'
import { secretFields } from './secret-values.ts'

/**
 * What was typed in beside the secrets, so that a form can show it again. Secrets never come back: of those, only
 * which ones are there. Nothing where the connector or the key is missing.
 */
export function settingsOf(
  { connectors, vault }: Pick<WorkspaceDeps, 'connectors' | 'vault'>,
  connection: Connection,
): { settings: Record<string, unknown>; secretsSet: string[] } {
  const connector = connectors.get(connection.connectorId)
  if (!connector) return { settings: {}, secretsSet: [] }
  const secrets = new Set(secretFields(connector.auth.fields))
  const typed = opened(vault, connection)
  return {
    settings: Object.fromEntries(Object.entries(typed).filter(([name]) => !secrets.has(name))),
    secretsSet: Object.keys(typed).filter((name) => secrets.has(name)),
  }
}

function opened(vault: WorkspaceDeps['vault'], connection: Connection): Record<string, unknown> {
  try {
    const typed: Record<string, unknown> = JSON.parse(
      vault.open(connection.credentials, credentialsContext(connection)),
    )
    return typed
  } catch {
    return {}
  }
}

import { hash } from 'node:crypto'
import type { AnyConnector, TokenSource } from '#sdk'
import type { ConfigRevision } from '../platform/config-revision.ts'
import type { Vault } from '../platform/vault.ts'
import { connectionModel, toConnection } from './connection-store.ts'
import type { Connection } from './connection-store.ts'
import { needsSignIn } from './grant.ts'
import { placeTokenSource } from './place-token-source.ts'
import { secretValues } from './secret-values.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'

/** A connection ready for use: its connector found, its credentials opened and parsed. */
export interface OpenConnection {
  connection: Connection
  connector: AnyConnector
  /** Current credentials first, then those that still count while a secret is being rotated. */
  credentials: readonly Record<string, unknown>[]
  /** Every secret value among them, to be cut out of whatever is captured or logged. */
  secrets: readonly string[]
  /** Where its access token comes from, at the connection's own API address; absent where it needs none. */
  tokenSource?: TokenSource
  /** Nobody is signed in at the vendor: nothing can be asked of it until somebody does. */
  needsSignIn: boolean
  /** The hub's public address for the vendor's hooks. */
  hookUrl: string
}

/** What can be in the way of using a connection. */
export type Unusable = { unusable: 'connector_missing' | 'credentials_unreadable'; connection: Connection }

/** Finds connections of all workspaces, for hooks and the pipeline. Held in memory until the configuration changes. */
export interface ConnectionDirectory {
  byHookKey(key: string): Promise<OpenConnection | Unusable | undefined>
  byId(id: string): Promise<OpenConnection | Unusable | undefined>
  /** One that is not stored any more, or not yet. */
  open(connection: Connection): OpenConnection | Unusable
}

export function hookKeyHash(key: string): string {
  return hash('sha256', key)
}

/** What the credentials of a connection are sealed to: a ciphertext copied elsewhere does not open. */
export function credentialsContext({ workspaceId, id }: Pick<Connection, 'workspaceId' | 'id'>): string {
  return `${workspaceId}/${id}/credentials`
}

export function hookKeyContext({ workspaceId, id }: Pick<Connection, 'workspaceId' | 'id'>): string {
  return `${workspaceId}/${id}/hook-key`
}

/** Addresses nobody has are remembered too, so that guessing costs the database nothing; but not without bound. */
const HELD_MAX = 20_000

export function createConnectionDirectory(options: {
  database: DatabaseConnection
  connectors: ReadonlyMap<string, AnyConnector>
  vault: Vault
  config: ConfigRevision
  publicUrl: string
  now: () => Date
}): ConnectionDirectory {
  const { database, connectors, vault, config, publicUrl, now } = options
  const model = connectionModel(database)
  const byHash = new Map<string, Promise<OpenConnection | Unusable | undefined>>()
  const byId = new Map<string, Promise<OpenConnection | Unusable | undefined>>()
  config.onChange(() => {
    byHash.clear()
    byId.clear()
  })

  async function findByHash(hash: string): Promise<OpenConnection | Unusable | undefined> {
    const doc =
      (await model.findOne({ hookKeyHash: hash }).lean()) ??
      (await model.findOne({ retiredHookKeys: { $elemMatch: { hash, until: { $gt: now() } } } }).lean())
    return doc ? open(toConnection(doc)) : undefined
  }

  async function findById(id: string): Promise<OpenConnection | Unusable | undefined> {
    const doc = await model.findById(id).lean()
    return doc ? open(toConnection(doc)) : undefined
  }

  function open(connection: Connection): OpenConnection | Unusable {
    const connector = connectors.get(connection.connectorId)
    if (!connector) return { unusable: 'connector_missing', connection }
    const context = credentialsContext(connection)
    try {
      const sealed = [
        connection.credentials,
        ...connection.retiredCredentials.flatMap((old) => (old.until > now() ? [old.credentials] : [])),
      ]
      const credentials = sealed.map((text): Record<string, unknown> =>
        connector.auth.fields.parse(JSON.parse(vault.open(text, context))),
      )
      const hookUrl = `${publicUrl}/hooks/${vault.open(connection.hookKey, hookKeyContext(connection))}`
      const secrets = credentials.flatMap((values) => secretValues(connector.auth.fields, values))
      const source = placeTokenSource(connector, credentials[0], connection.apiUrl)
      return {
        connection,
        connector,
        credentials,
        secrets,
        ...(source ? { tokenSource: source } : {}),
        needsSignIn: needsSignIn(source, connection.grant),
        hookUrl,
      }
    } catch {
      return { unusable: 'credentials_unreadable', connection }
    }
  }

  function held<T>(map: Map<string, Promise<T>>, key: string, find: (key: string) => Promise<T>): Promise<T> {
    const known = map.get(key)
    if (known) return known
    if (map.size >= HELD_MAX) map.clear()
    const found = find(key)
    map.set(key, found)
    // A failed look-up must not be remembered as an answer.
    found.catch(() => map.delete(key))
    return found
  }

  return {
    byHookKey: (key) => held(byHash, hookKeyHash(key), findByHash),
    byId: (id) => held(byId, id, findById),
    open,
  }
}

export function isUsable(found: OpenConnection | Unusable | undefined): found is OpenConnection {
  return found !== undefined && !('unusable' in found)
}

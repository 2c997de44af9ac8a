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
  /** With the address that ends in this key, also while it is being rotated out: that one the sender signs. */
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

/** What was found, and until when it is right although nothing is changed: a former secret or address ends by itself. */
interface Found {
  found: OpenConnection | Unusable | undefined
  until?: Date
}

/** The same, shared by all who ask while it is being looked for. */
interface Held {
  found: Promise<Found['found']>
  until?: Date | undefined
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
  const byHash = new Map<string, Held>()
  const byId = new Map<string, Held>()
  config.onChange(() => {
    byHash.clear()
    byId.clear()
  })

  async function findByKey(key: string): Promise<Found> {
    const hash = hookKeyHash(key)
    const doc =
      (await model.findOne({ hookKeyHash: hash }).lean()) ??
      (await model.findOne({ retiredHookKeys: { $elemMatch: { hash, until: { $gt: now() } } } }).lean())
    if (!doc) return { found: undefined }
    const connection = toConnection(doc)
    const found = open(connection)
    const former = connection.retiredHookKeys.filter((old) => old.hash === hash)
    return {
      found: isUsable(found)
        ? { ...found, hookUrl: hookUrlOf(key), secrets: [...found.secrets, key] }
        : found,
      ...endOf(connection.hookKeyHash === hash ? [] : former, connection.retiredCredentials),
    }
  }

  async function findById(id: string): Promise<Found> {
    const doc = await model.findById(id).lean()
    if (!doc) return { found: undefined }
    const connection = toConnection(doc)
    return { found: open(connection), ...endOf(connection.retiredCredentials) }
  }

  function endOf(...retired: { until: Date }[][]): Pick<Found, 'until'> {
    const ends = retired.flat().flatMap(({ until }) => (until > now() ? [until.getTime()] : []))
    return ends.length > 0 ? { until: new Date(Math.min(...ends)) } : {}
  }

  function hookUrlOf(key: string): string {
    return `${publicUrl}/hooks/${key}`
  }

  function open(connection: Connection): OpenConnection | Unusable {
    const connector = connectors.get(connection.connectorId)
    if (!connector) return { unusable: 'connector_missing', connection }
    const context = credentialsContext(connection)
    try {
      const credentials = [read(connection.credentials), ...connection.retiredCredentials.flatMap(readFormer)]
      const hookUrl = hookUrlOf(vault.open(connection.hookKey, hookKeyContext(connection)))
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

    function read(text: string): Record<string, unknown> {
      return connector!.auth.fields.parse(JSON.parse(vault.open(text, context)))
    }

    /** Former ones that cannot be read prove nothing any more, and keep nobody from using the present ones. */
    function readFormer({ credentials, until }: Connection['retiredCredentials'][number]) {
      if (until <= now()) return []
      try {
        return [read(credentials)]
      } catch {
        return []
      }
    }
  }

  function hold(map: Map<string, Held>, name: string, find: () => Promise<Found>): Held['found'] {
    const known = map.get(name)
    if (known && !(known.until && known.until <= now())) return known.found
    if (map.size >= HELD_MAX) map.clear()
    const looking = find().then(({ found, until }) => {
      held.until = until
      return found
    })
    const held: Held = { found: looking }
    map.set(name, held)
    // A failed look-up must not be remembered as an answer.
    looking.catch(() => map.delete(name))
    return looking
  }

  return {
    byHookKey: (key) => hold(byHash, hookKeyHash(key), () => findByKey(key)),
    byId: (id) => hold(byId, id, () => findById(id)),
    open,
  }
}

export function isUsable(found: OpenConnection | Unusable | undefined): found is OpenConnection {
  return found !== undefined && !('unusable' in found)
}

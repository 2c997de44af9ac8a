import { docOf } from '../store.ts'
import type { Doc } from '../bson-types.ts'
import { documentBytesMax } from '../document-writer.ts'
import { messageBytesMax } from '../wire-message.ts'
import type { Command, CommandCall } from './command.ts'

/** The MongoDB release whose answers this store gives; clients choose their commands by it. */
export const claimedVersion = '7.0.0'

/** 21 is MongoDB 7.0. */
const wireVersionMax = 21

/**
 * The first command of every connection. The store presents itself as the primary of a replica set of one, because
 * only then drivers number their writes and retry them after a lost connection.
 */
export const hello: Command = {
  fields: [
    'helloOk',
    'client',
    'compression',
    'saslSupportedMechs',
    'speculativeAuthenticate',
    'topologyVersion',
    'maxAwaitTimeMS',
    'loadBalanced',
    'backpressure',
    'hello',
  ],
  run: (call) => greeting(call),
}

function greeting(call: CommandCall): Doc {
  const { address } = call.server
  return docOf({
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    secondary: false,
    setName: 'switchyard',
    setVersion: 1,
    hosts: [address],
    primary: address,
    me: address,
    maxBsonObjectSize: documentBytesMax,
    maxMessageSizeBytes: messageBytesMax,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: call.connectionId,
    minWireVersion: 0,
    maxWireVersion: wireVersionMax,
    readOnly: false,
    ok: 1,
  })
}

export const ping: Command = { fields: [], run: () => docOf({ ok: 1 }) }

/** A driver gives its sessions up. What they last wrote stays known for a while, in case a retry is still on its way. */
export const endSessions: Command = { fields: [], run: () => docOf({ ok: 1 }) }

export const buildInfo: Command = {
  fields: [],
  run: () =>
    docOf({
      version: claimedVersion,
      versionArray: claimedVersion.split('.').map(Number).concat(0),
      gitVersion: 'none',
      modules: ['switchyard-embedded-store'],
      storageEngines: ['sqlite'],
      bits: 64,
      debug: false,
      maxBsonObjectSize: documentBytesMax,
      ok: 1,
    }),
}

export const connectionStatus: Command = {
  fields: ['showPrivileges'],
  run: () => docOf({ authInfo: docOf({ authenticatedUsers: [], authenticatedUserRoles: [] }), ok: 1 }),
}

export const serverStatus: Command = {
  fields: [],
  run(call) {
    const uptimeMs = Date.now() - call.store.startedAt
    return docOf({
      host: call.server.address,
      version: claimedVersion,
      process: 'switchyard-embedded-store',
      pid: BigInt(process.pid),
      uptime: uptimeMs / 1000,
      uptimeMillis: BigInt(uptimeMs),
      localTime: new Date(),
      storageEngine: docOf({ name: 'sqlite', persistent: true }),
      ok: 1,
    })
  },
}

/** The one parameter clients ask for: which release's features may be relied on. There is nothing to be set. */
export const getParameter: Command = {
  fields: ['featureCompatibilityVersion', 'allParameters', 'showDetails'],
  run: () => docOf({ featureCompatibilityVersion: docOf({ version: '7.0' }), ok: 1 }),
}

import { once } from 'node:events'
import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect as connectSocket, isIP } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { Agent as UndiciAgent, Pool, buildConnector } from 'undici'
import { guardAddress, refusalOf } from './safe-address.ts'
import type { AllowedNetworks } from './safe-address.ts'

/** Turns a name into all of its addresses; a test may hand in its own. */
export type Resolve = (
  host: string,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** The sockets to vendors: guarded, kept alive, bounded, and shared by the whole process. */
export interface GuardedSockets {
  /** For got. */
  readonly http: HttpAgent
  readonly https: HttpsAgent
  /** For undici. */
  readonly dispatcher: UndiciAgent
  /** A connected socket, for what is not HTTP. */
  connect(host: string, port: number, signal: AbortSignal): Promise<Socket>
  /** Breaks what is under way; for the end of the process and of a test. */
  close(): Promise<void>
}

/** Per origin: enough for two connections to one that answers quickly, or eight to one that does not. */
const socketsPerOriginMax = 256
const socketsMax = 512
const connectTimeoutMs = 10_000
/** Shorter than what usual servers and balancers allow, so that a write rarely meets a socket that is being closed. */
const idleSocketMs = 4_000
/** However long a server promises to keep an idle socket. */
const idleSocketMsMax = 30_000

/**
 * Opens nothing yet. The guard sits where a socket is made, in two places that leave no gap between them: an IP literal
 * is checked before connecting (no look-up happens for those), and a name goes through a look-up that hands on allowed
 * addresses only, so that the address checked is the address connected to and a second, different DNS answer has
 * nobody to reach. A redirect opens its socket the same way, so every hop is covered.
 */
export function openGuardedSockets(allowed: AllowedNetworks, resolve: Resolve = resolveAll): GuardedSockets {
  const agentOptions = {
    keepAlive: true,
    maxSockets: socketsPerOriginMax,
    maxTotalSockets: socketsMax,
    timeout: idleSocketMs,
  }
  const http = new GuardedHttpAgent(agentOptions, allowed, resolve)
  const https = new GuardedHttpsAgent(agentOptions, allowed, resolve)
  const poolOptions = {
    connections: socketsPerOriginMax,
    keepAliveTimeout: idleSocketMs,
    keepAliveMaxTimeout: idleSocketMsMax,
    // The time limit of a request is kept by the HTTP client, over the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  const dispatcher = new UndiciAgent({
    factory: (origin) => {
      const { protocol, port } = new URL(origin)
      return new Pool(origin, {
        ...poolOptions,
        connect: guardedConnector(portOf(protocol, port), allowed, resolve),
      })
    },
  })
  const connected = new Set<Socket>()
  return {
    http,
    https,
    dispatcher,
    async connect(host, port, signal) {
      const socket = await connectGuarded(host, port, { allowed, resolve, signal })
      connected.add(socket)
      socket.once('close', () => connected.delete(socket))
      return socket
    },
    async close() {
      for (const socket of connected) socket.destroy()
      http.destroy()
      https.destroy()
      await dispatcher.destroy()
    },
  }
}

type CreateConnection = HttpAgent['createConnection']

class GuardedHttpAgent extends HttpAgent {
  readonly #allowed: AllowedNetworks
  readonly #resolve: Resolve

  constructor(
    options: ConstructorParameters<typeof HttpAgent>[0],
    allowed: AllowedNetworks,
    resolve: Resolve,
  ) {
    super(options)
    this.#allowed = allowed
    this.#resolve = resolve
  }

  override createConnection(
    ...[options, callback]: Parameters<CreateConnection>
  ): ReturnType<CreateConnection> {
    const port = Number(options.port ?? 80)
    guardLiteral(this.#allowed, options.host ?? 'localhost', port)
    return super.createConnection(
      { ...options, lookup: guardedLookup(port, this.#allowed, this.#resolve) },
      callback,
    )
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  readonly #allowed: AllowedNetworks
  readonly #resolve: Resolve

  constructor(
    options: ConstructorParameters<typeof HttpsAgent>[0],
    allowed: AllowedNetworks,
    resolve: Resolve,
  ) {
    super(options)
    this.#allowed = allowed
    this.#resolve = resolve
  }

  override createConnection(
    ...[options, callback]: Parameters<CreateConnection>
  ): ReturnType<CreateConnection> {
    const port = Number(options.port ?? 443)
    guardLiteral(this.#allowed, options.host ?? 'localhost', port)
    return super.createConnection(
      { ...options, lookup: guardedLookup(port, this.#allowed, this.#resolve) },
      callback,
    )
  }
}

/** One per origin, because undici's own look-up is not told the port. */
function guardedConnector(
  port: number,
  allowed: AllowedNetworks,
  resolve: Resolve,
): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: guardedLookup(port, allowed, resolve) })
  return (options, callback) => {
    try {
      guardLiteral(allowed, options.hostname, port)
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null)
      return
    }
    connect(options, callback)
  }
}

async function connectGuarded(
  host: string,
  port: number,
  { allowed, resolve, signal }: { allowed: AllowedNetworks; resolve: Resolve; signal: AbortSignal },
): Promise<Socket> {
  guardLiteral(allowed, host, port)
  const literal = host.startsWith('[') ? host.slice(1, -1) : host
  const socket = connectSocket({ host: literal, port, lookup: guardedLookup(port, allowed, resolve) })
  const tooLong = AbortSignal.timeout(connectTimeoutMs)
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, tooLong]) })
    return socket
  } catch (error) {
    socket.destroy()
    if (!tooLong.aborted) throw error
    throw Object.assign(new Error('No connection in time.', { cause: error }), { code: 'ETIMEDOUT' })
  }
}

function guardLiteral(allowed: AllowedNetworks, host: string, port: number): void {
  const literal = host.startsWith('[') ? host.slice(1, -1) : host
  if (isIP(literal) !== 0) guardAddress(allowed, literal, port)
}

/** Hands on the allowed addresses of a name. Where none is allowed, the first refusal is the answer. */
function guardedLookup(port: number, allowed: AllowedNetworks, resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      if (error) {
        callback(error, [])
        return
      }
      const refusals = addresses.map(({ address }) => refusalOf(allowed, address, port, host))
      const passed = addresses.filter((_, index) => refusals[index] === undefined)
      const [first] = passed
      if (!first) callback(refusals[0] ?? nameNotFound(host), [])
      else if (options.all) callback(null, passed)
      else callback(null, first.address, first.family)
    })
  }
}

function nameNotFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`The name ${host} has no address.`), { code: 'ENOTFOUND' })
}

function resolveAll(...[host, answer]: Parameters<Resolve>): void {
  systemLookup(host, { all: true }, answer)
}

function portOf(protocol: string, port: string): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

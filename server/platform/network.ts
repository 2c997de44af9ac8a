import type { Socket } from 'node:net'
import { openGuardedSockets } from './guarded-sockets.ts'
import type { Resolve } from './guarded-sockets.ts'
import type { AllowedNetworks } from './safe-address.ts'
import type { Transport } from './transport.ts'
import { undiciTransport } from './undici-transport.ts'

/** The way out to vendors: one for the whole process, behind the address guard. */
export interface Network {
  /** For GET and HEAD: follows redirects. */
  readonly reads: Transport
  /** For everything else: follows none. */
  readonly writes: Transport
  /** A connected socket, for what is not HTTP. Rejects with `AddressRefusedError` from the guard, or what the socket says. */
  connect(host: string, port: number, signal: AbortSignal): Promise<Socket>
  /** Breaks what is under way; for the end of the process and of a test. */
  close(): Promise<void>
}

/** got takes a tenth of a second and 15 MB to load, and a hub that only sends webhooks never needs it. */
function loadedOnUse(load: () => Promise<Transport>): Transport {
  let loading: Promise<Transport> | undefined
  return async (request) => {
    loading ??= load()
    return (await loading)(request)
  }
}

/** Opens no socket yet. `resolve` replaces the system's name look-up in tests. */
export function openNetwork(allowed: AllowedNetworks, resolve?: Resolve): Network {
  const sockets = openGuardedSockets(allowed, resolve)
  return {
    reads: loadedOnUse(async () => (await import('./got-transport.ts')).gotTransport(sockets)),
    writes: undiciTransport(sockets.dispatcher),
    connect: (host, port, signal) => sockets.connect(host, port, signal),
    close: () => sockets.close(),
  }
}

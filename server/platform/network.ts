import { gotTransport } from './got-transport.ts'
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
  /** Breaks what is under way; for the end of the process and of a test. */
  close(): Promise<void>
}

/** Opens no socket yet. `resolve` replaces the system's name look-up in tests. */
export function openNetwork(allowed: AllowedNetworks, resolve?: Resolve): Network {
  const sockets = openGuardedSockets(allowed, resolve)
  return {
    reads: gotTransport(sockets),
    writes: undiciTransport(sockets.dispatcher),
    close: () => sockets.close(),
  }
}

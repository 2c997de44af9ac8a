import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Systems give programs that ask for any port one of 32768 and above (Linux) or 49152 and above (macOS, Windows, as
 * IANA has it), also for each connection that they open. A port below is still free when its hub has started.
 */
const PORT_MIN = 12_000
const PORT_MAX = 32_000
const TRIES_MAX = 50

/** A TCP port of this machine that is free and that nobody is given who does not ask for it by number. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = randomInt(PORT_MIN, PORT_MAX)
    if (await isFree(port)) return port
  }
  throw new Error(`None of ${TRIES_MAX} ports between ${PORT_MIN} and ${PORT_MAX} was free.`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

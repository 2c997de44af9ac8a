import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { freePort } from '../harness/free-port.ts'
import { startHubProcess } from '../harness/hub-process.ts'
import type { HubProcess } from '../harness/hub-process.ts'
import { openHubHere } from '../harness/open-hub-here.ts'
import { wireBench } from './wire-bench.ts'
import type { Entrances } from './wire-bench.ts'

/** A hub of the benchmark's with a data folder of its own, set up and ready to be started. */
export interface BenchHub {
  dir: string
  port: number
  entrances: Entrances[]
  /** Starts it, and again after it ended. Resolves when it is ready. */
  start(nodeArgs?: readonly string[]): Promise<{ process: HubProcess; startMs: number }>
}

const SECRET_KEY = randomBytes(32).toString('base64')

/**
 * Sets up a data folder: one pair of source connections for each list of `destinations`. With `mongoUrl` the data lives
 * in that store, and only the first hub sets anything up.
 */
export async function prepareBenchHub(options: {
  dir: string
  destinations: readonly (readonly string[])[]
  paused?: boolean
  mongoUrl?: string
}): Promise<BenchHub> {
  const { dir, destinations, paused, mongoUrl } = options
  const port = await freePort()
  const env: Record<string, string> = {
    SWITCHYARD_DATA_DIR: dir,
    SWITCHYARD_SECRET_KEY: SECRET_KEY,
    SWITCHYARD_ADMIN_TOKEN: 'swy_bench-operator-token',
    SWITCHYARD_ALLOW_NETWORKS: '127.0.0.1/32',
    ...(mongoUrl === undefined ? {} : { MONGO_URL: mongoUrl }),
  }
  const entrances =
    destinations.length === 0
      ? []
      : await openHubHere({ ...env, SWITCHYARD_LOG_LEVEL: 'silent' }, async (deps, workspaceId) => {
          const wired: Entrances[] = []
          for (const each of destinations) wired.push(await wireBench(deps, workspaceId, each, paused))
          return wired
        })
  return {
    dir,
    port,
    entrances,
    async start(nodeArgs) {
      const process = startHubProcess({ port, env, logFile: join(dir, 'hub.log'), nodeArgs })
      return { process, startMs: await process.ready }
    },
  }
}

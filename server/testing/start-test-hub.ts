import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from '#sdk'
import { readEnv } from '../env.ts'
import { createHub } from '../hub.ts'
import type { Hub, Surroundings } from '../hub.ts'
import { makeDataDir } from './make-data-dir.ts'

/** A hub on a port of its own with an empty store, for one test file. */
export interface TestHub extends Hub {
  url: string
  /** Asks the API as the operator; throws what GraphQL calls errors. */
  graphql: <T = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    token?: string,
  ) => Promise<T>
  /** Resolves when nothing is queued or under way and everything due has been looked at. */
  settled: () => Promise<void>
  close: () => Promise<void>
}

/** With `MONGO_URL` set the same tests run on that server, each hub in a database of its own. */
export async function startTestHub(
  settings: Record<string, string> = {},
  surroundings: Surroundings = {},
): Promise<TestHub> {
  const dir = settings['SWITCHYARD_DATA_DIR'] ?? makeDataDir()
  // The address must be known before the hub is put together: signatures may cover it.
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const env = readEnv({
    SWITCHYARD_DATA_DIR: dir,
    SWITCHYARD_LOG_LEVEL: process.env['SWITCHYARD_LOG_LEVEL'] ?? 'silent',
    SWITCHYARD_SECRET_KEY: createHash('sha256').update('a key for tests').digest('base64'),
    SWITCHYARD_ADMIN_TOKEN: 'swy_test-operator-token',
    SWITCHYARD_METRICS_TOKEN: 'swy_test-metrics-token',
    ...(process.env['MONGO_URL'] ? { MONGO_URL: ownDatabase(process.env['MONGO_URL']) } : {}),
    PORT: String(port),
    ...settings,
  })
  const hub = await createHub(env, surroundings)
  server.on('request', hub.app)
  await hub.start()
  const url = `http://127.0.0.1:${port}`

  return {
    ...hub,
    url,
    async graphql(query, variables, token = hub.adminToken) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      })
      const answer = z
        .object({ data: z.unknown(), errors: z.unknown().optional() })
        .parse(await response.json())
      if (answer.errors) throw new Error(JSON.stringify(answer.errors))
      return answer.data as never
    },
    async settled() {
      for (let quiet = 0; quiet < 3;) {
        await hub.pipeline.wakeDue()
        const { receipts, events, attempts } = hub.pipeline.load()
        quiet = receipts + events + attempts === 0 ? quiet + 1 : 0
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await hub.stop()
      if (!settings['SWITCHYARD_DATA_DIR']) rmSync(dir, { recursive: true, force: true })
    },
  }
}

function ownDatabase(mongoUrl: string): string {
  const url = new URL(mongoUrl)
  url.pathname = `/switchyard_test_${Math.random().toString(36).slice(2, 10)}`
  return url.toString()
}

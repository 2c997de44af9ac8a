import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { startReceiver } from '../../server/testing/start-receiver.ts'
import type { Receiver } from '../../server/testing/start-receiver.ts'
import { startTestHub } from '../../server/testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from '../../server/testing/wire.ts'
import { freePort } from '../harness/free-port.ts'
import { startStoreProcess, storeUrl } from '../harness/store-process.ts'

const AWAY_MS = 12_000

let dir: string
let receiver: Receiver

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'switchyard-store-away-'))
  receiver = await startReceiver()
})

afterEach(async () => {
  await receiver.close()
  rmSync(dir, { recursive: true, force: true })
})

it(
  'an answer that comes while the database is away is recorded when it is back, and nothing is called doubtful',
  {
    timeout: 120_000,
  },
  async () => {
    const port = await freePort()
    const start = () => startStoreProcess({ port, dir: join(dir, 'store'), logFile: join(dir, 'store.log') })
    let store = start()
    onTestFinished(() => store.kill())
    await store.ready
    const hub = await startTestHub({
      MONGO_URL: storeUrl(port),
      SWITCHYARD_DATA_DIR: join(dir, 'hub'),
      SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64'),
      SWITCHYARD_ALLOW_NETWORKS: receiver.network,
    })
    onTestFinished(() => hub.close())
    const { deps } = hub
    const workspaceId = (await deps.workspaces.all())[0]!.id
    const wire = wireUp(deps, workspaceId)
    const source = await wire.connection('webhook', {})
    const out = await wire.connection('webhook', {})
    const mappingId = await wire.mapping('webhook', 'httpRequestOnce', {
      url: fixed(receiver.url),
      method: fixed('POST'),
      text: field('event.name'),
    })
    await wire.flow({
      trigger: { connectionId: source.id, events: ['custom.event'] },
      entry: 'every_event',
      steps: [step(deps, out.id, 'httpRequestOnce', mappingId)],
    })

    const arrived = new Promise<() => void>((resolve) =>
      receiver.answer((_request, response) => resolve(() => response.writeHead(200).end('{}'))),
    )
    await fetch(`${hub.url}${source.hookPath}`, { method: 'POST', body: '{"type":"a.b"}' })
    const answer = await arrived
    await store.kill()
    answer()
    // Longer than the driver itself tries.
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS))
    store = start()
    await store.ready

    const { deliveries } = deps.storesOf(workspaceId)
    await expect
      .poll(
        async () =>
          (await deliveries.page({ connectionId: out.id }, undefined, 10)).map(({ state }) => state),
        {
          timeout: 60_000,
        },
      )
      .toEqual(['delivered'])
    expect(receiver.received).toHaveLength(1)
  },
)

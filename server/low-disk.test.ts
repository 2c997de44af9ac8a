import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestHub } from './testing/start-test-hub.ts'
import type { TestHub } from './testing/start-test-hub.ts'
import { wireUp } from './testing/wire.ts'

let bytesFree = Number.MAX_SAFE_INTEGER
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({}, { bytesFree: () => bytesFree })
})
afterAll(() => hub.close())

it('acknowledges nothing while the disk is nearly full, so that vendors send again, and goes on when there is room', async () => {
  const [workspace] = await hub.deps.workspaces.all()
  const { hookPath } = await wireUp(hub.deps, workspace!.id).connection('webhook', {})

  bytesFree = 150 * 1024 * 1024
  await expect.poll(async () => (await request(hub.app).get('/ready')).status, { timeout: 5_000 }).toBe(503)
  const refused = await request(hub.app).post(hookPath).send({ type: 'order' })
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '60'])

  bytesFree = Number.MAX_SAFE_INTEGER
  await expect.poll(async () => (await request(hub.app).get('/ready')).status, { timeout: 5_000 }).toBe(200)
  expect((await request(hub.app).post(hookPath).send({ type: 'order' })).status).toBe(202)
})

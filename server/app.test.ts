import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestHub } from './testing/start-test-hub.ts'
import type { TestHub } from './testing/start-test-hub.ts'
import { wireUp } from './testing/wire.ts'

let hub: TestHub
let hookPath: string

beforeAll(async () => {
  hub = await startTestHub()
  const [workspace] = await hub.deps.workspaces.all()
  ;({ hookPath } = await wireUp(hub.deps, workspace!.id).connection('webhook', {}))
})
afterAll(() => hub.close())

describe('the surface of the hub', () => {
  it('says that it lives and that it can take work', async () => {
    expect((await request(hub.app).get('/health')).body).toEqual({ status: 'ok' })
    expect((await request(hub.app).get('/ready')).body).toEqual({ status: 'ready' })
  })

  it('knows no other address, and does not say what it is made of', async () => {
    const answer = await request(hub.app).get('/wp-admin').expect(404)
    expect(answer.headers).not.toHaveProperty('x-powered-by')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it('answers 404 for a webhook address that no connection has, whatever the method', async () => {
    for (const method of ['get', 'post', 'put', 'options'] as const) {
      expect((await request(hub.app)[method]('/hooks/nobody-has-this')).status).toBe(404)
    }
  })

  it('greets whoever looks at a webhook address without posting anything', async () => {
    expect((await request(hub.app).get(hookPath)).status).toBe(200)
    expect((await request(hub.app).head(hookPath)).status).toBe(200)
  })

  it('takes in a post and answers with nothing but its status', async () => {
    const answer = await request(hub.app)
      .post(hookPath)
      .send({ type: 'contact.created', email: 'a@example.com' })
    expect([answer.status, answer.text]).toEqual([202, ''])
  })

  it('keeps the beginning of a request that is too large, and says so to both sides', async () => {
    const body = Buffer.alloc(6 * 1024 * 1024, 'x')
    await request(hub.app).post(hookPath).set('content-type', 'text/plain').send(body).expect(413)
    const [workspace] = await hub.deps.workspaces.all()
    const [receipt] = await hub.deps
      .storesOf(workspace!.id)
      .receipts.page({ states: ['refused'] }, undefined, 1)
    expect(receipt).toMatchObject({ reason: { code: 'too_large' }, whole: false, bodyBytes: 2048 })
  })
})

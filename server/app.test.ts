import type { RequestHandler } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from './app.ts'
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

  it('finds a webhook address in another spelling as well', async () => {
    const [, , key = ''] = hookPath.split('/')
    const escaped = `%${key.charCodeAt(0).toString(16)}${key.slice(1)}`
    for (const path of [
      `/HOOKS/${key}`,
      `${hookPath}/`,
      `/hooks/${escaped}`,
      `${hookPath}?a=1`,
      `${hookPath}/?a=1`,
    ]) {
      expect((await request(hub.app).post(path).send({ type: 'contact.created' })).status).toBe(202)
    }
    expect((await request(hub.app).post(`${hookPath}/more`)).status).toBe(404)
  })

  it('says no more than a number to a sender when it fails, however the address is spelled', async () => {
    const away = {
      ...hub.deps.connections,
      byHookKey: () => Promise.reject(new Error('The database is away.')),
    }
    const nowhere = { store: async () => {} }
    const receive = {
      ...hub.deps,
      connections: away,
      receipts: nowhere,
      onRefused: () => {},
    }
    const unasked: RequestHandler = (_request, response) => void response.end()
    const app = createApp({
      serves: {
        receive,
        signIn: async () => {},
        identity: undefined,
        graphql: unasked,
        page: unasked,
      },
      log: hub.deps.log,
      metrics: unasked,
      notReady: async () => undefined,
      trustProxy: '',
    })
    for (const path of ['/hooks/whoever', '/HOOKS/whoever']) {
      const answer = await request(app).post(path).send({})
      expect(answer.status).toBe(500)
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
      expect(answer.body).toEqual({
        error: expect.stringMatching(/^Something went wrong on our side\. Reference: [\w-]{36}\.$/),
      })
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

import { connect } from 'node:net'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostilePayloads } from '../testing/hostile-payloads.ts'
import type { HostilePayload } from '../testing/hostile-payloads.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { stripeHeaders, stripeSale, wireUp } from '../testing/wire.ts'
import type { WiredConnection } from '../testing/wire.ts'

const SECRET = 'whsec_hostile'

let hub: TestHub
let workspaceId: string
/** Takes anything from anybody, so that nothing hostile is turned away at the door. */
let anybody: WiredConnection
let stripe: WiredConnection
let sales = 0

beforeAll(async () => {
  hub = await startTestHub()
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
  const wire = wireUp(hub.deps, workspaceId)
  anybody = await wire.connection('webhook', {})
  stripe = await wire.connection('stripe', { signingSecret: SECRET })
})

afterAll(() => hub.close())

const receipts = () => hub.deps.storesOf(workspaceId).receipts
const kept = () => receipts().count({ connectionId: anybody.id }, 10_000)

async function send({
  method = 'POST',
  suffix = '',
  headers = {},
  body = '',
  wire,
}: HostilePayload): Promise<number> {
  if (wire !== undefined)
    return sendRaw(Buffer.from(String(wire).replaceAll('HOOK', anybody.hookPath), 'latin1'))
  const { port } = new URL(hub.url)
  return new Promise((resolve) => {
    const path = `${anybody.hookPath}${suffix}`
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request(
      // A connection of its own: one that is kept may be closed just then by a hub that was busy for long.
      { host: '127.0.0.1', port, method, path, agent: false, headers: { ...length, ...headers } },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    outgoing.on('error', () => resolve(0))
    outgoing.end(body)
  })
}

async function sendRaw(bytes: Buffer): Promise<number> {
  const [status = 0] = await exchange(bytes)
  return status
}

/** Writes this to a connection; the statuses that came back before the hub closed it. */
function exchange(bytes: Buffer | string): Promise<number[]> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1', () => socket.write(bytes))
    let received = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (received += chunk))
    socket.on('error', () => undefined)
    socket.on('close', () =>
      resolve([...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))),
    )
  })
}

async function sendSale(): Promise<number> {
  const body = stripeSale(++sales)
  const response = await fetch(`${hub.url}${stripe.hookPath}`, {
    method: 'POST',
    headers: stripeHeaders(body, SECRET, hub.deps.now()),
    body,
  })
  await response.arrayBuffer()
  return response.status
}

describe('hostile requests', () => {
  it('are a hundred at least', () => {
    expect(hostilePayloads.length).toBeGreaterThanOrEqual(100)
    expect(new Set(hostilePayloads.map(({ name }) => name)).size).toBe(hostilePayloads.length)
  })

  it.each(hostilePayloads)(
    '$name: gets its answer, and its receipt says what became of it',
    async (payload) => {
      const before = await kept()
      expect(await send(payload)).toBe(payload.status)
      await hub.settled()
      const page = await receipts().page({ connectionId: anybody.id }, undefined, 10)
      const made = page.slice(0, (await kept()) - before)
      const { receipt } = payload
      expect(made.map(({ state, reason }) => ({ state, reason: reason?.code }))).toEqual(
        receipt ? [{ state: receipt.state, reason: receipt.reason }] : [],
      )
    },
  )

  it('may come a byte at a time and count all the same', async () => {
    const before = await kept()
    const body = '{"type":"slow.thing"}'
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1')
    const answer = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(String(bytes))))
    const request = `POST ${anybody.hookPath} HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    for (const byte of request) await new Promise((resolve) => socket.write(byte, resolve))
    expect(await answer).toMatch(/^HTTP\/1\.1 202 /)
    socket.destroy()
    expect((await kept()) - before).toBe(1)
  })

  it('that break off half-way are not kept, since nobody was told that they arrived', async () => {
    const before = await kept()
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1')
    const head = `POST ${anybody.hookPath} HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n`
    await new Promise((resolve) => socket.write(`${head}{"type":`, resolve))
    socket.destroy()
    expect(await sendSale()).toBe(202)
    await hub.settled()
    expect(await kept()).toBe(before)
  })

  it('count one by one where several come in one piece', async () => {
    const before = await kept()
    const one = `POST ${anybody.hookPath} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}`
    const last = one.replace('Host: h', 'Host: h\r\nConnection: close')
    expect(await exchange(`${one}${one}${last}`)).toEqual([202, 202, 202])
    await hub.settled()
    expect((await kept()) - before).toBe(3)
  })

  it('are not understood together with what is no request behind them', async () => {
    const one = `POST ${anybody.hookPath} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}`
    // Nothing is promised for the first: its sender cannot tell which of the two was refused.
    expect(await exchange(`${one}NONSENSE\r\n\r\n`)).toContain(400)
    expect(await sendSale()).toBe(202)
  })

  it('leave nothing behind that an ordinary request would notice', async () => {
    expect(await sendSale()).toBe(202)
    await hub.settled()
    const [receipt] = await receipts().page({ connectionId: stripe.id }, undefined, 1)
    expect(receipt).toMatchObject({ state: 'done' })
    expect(Object.keys({})).toEqual([])
    expect('polluted' in {}).toBe(false)
    expect((await fetch(`${hub.url}/ready`)).status).toBe(200)
  })
})

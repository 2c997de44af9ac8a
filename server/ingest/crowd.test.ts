import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { wireUp } from '../testing/wire.ts'
import type { WiredConnection } from '../testing/wire.ts'
import { createCrowd } from './crowd.ts'

const SENDERS = 200
const FLOOD = 2_000

let hub: TestHub
let connection: WiredConnection
let other: WiredConnection
const stages: string[] = []
const handledFor = new Set<string>()

beforeAll(async () => {
  hub = await startTestHub({ SWITCHYARD_LOG_LEVEL: 'info' }, { logTo: { write: note } })
  const wire = wireUp(hub.deps, (await hub.deps.workspaces.all())[0]!.id)
  connection = await wire.connection('webhook', {})
  other = await wire.connection('webhook', {})
})

afterAll(() => hub.close())

it('acknowledges a flood and works through all of it', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS })
  let posted = 0
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (posted < FLOOD) expect(await post(agent, connection, { id: `flood-${posted++}` })).toBe(202)
    }),
  )
  agent.destroy()
  expect(count('receipt.stored')).toBe(FLOOD)
  await hub.settled()
  expect(count('event.handled')).toBe(FLOOD)
})

it('goes on with everybody else at once while one connection crowds', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS })
  const before = count('event.handled')
  let posted = 0
  const flood = Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (posted < FLOOD) await post(agent, connection, { id: `again-${posted++}` })
    }),
  )
  await expect.poll(() => posted, { interval: 5, timeout: 20_000 }).toBeGreaterThan(FLOOD / 2)
  await post(agent, other, { id: 'somebody else' })
  await expect.poll(() => handledFor.has(other.id), { interval: 5, timeout: 20_000 }).toBe(true)
  // The crowd's own events, many of which were posted before, are still to be worked through.
  expect(count('event.handled') - before).toBeLessThan(FLOOD)
  await flood
  agent.destroy()
  await hub.settled()
  expect(count('event.handled') - before).toBe(FLOOD + 1)
})

it('holds whoever has many of those who wait, for as long as they wait and a moment longer', async () => {
  const crowd = createCrowd()
  const enter = (connectionId: string, times: number) => {
    for (let at = 0; at < times; at++) crowd.enter(connectionId)
  }
  enter('few', 7)
  enter('many', 16)
  expect(crowd.holds('many')).toBe(false)
  enter('many', 1)
  expect([crowd.holds('many'), crowd.holds('few')]).toEqual([true, false])
  for (let at = 0; at < 17; at++) crowd.leave('many')
  expect(crowd.holds('many')).toBe(true)
  await expect.poll(() => crowd.holds('many')).toBe(false)
})

function note(line: string): void {
  const { stage, connection: connectionId } = JSON.parse(line)
  stages.push(stage)
  if (stage === 'event.handled') handledFor.add(connectionId)
}

function count(stage: string): number {
  return stages.filter((each) => each === stage).length
}

function post(agent: Agent, { hookPath }: WiredConnection, body: unknown): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const url = `${hub.url}${hookPath}`
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
    outgoing.on('error', reject)
    outgoing.end(JSON.stringify(body))
  })
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isUsable } from '../connections/connection-directory.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import { toDeliveryDoc } from '../deliveries/delivery-doc.ts'
import { deliveryCollection } from '../deliveries/delivery-store.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import { exchangeCollection } from '../deliveries/exchange-store.ts'
import { replaceDelivery } from '../deliveries/replay-delivery.ts'
import { workspaceDeps } from '../deps.ts'
import { namedId } from '../platform/named-id.ts'
import { createNumbers } from '../platform/numbers.ts'
import type { Numbers } from '../platform/numbers.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import type { Receiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { anyDelivery } from '../testing/stored-delivery.ts'
import { wireUp } from '../testing/wire.ts'
import { createDestinationHealth } from './destination-health.ts'
import { createDispatcher } from './dispatcher.ts'
import type { Dispatcher, DispatcherDeps } from './dispatcher.ts'

const PARTITION = 7

let receiver: Receiver
let hub: TestHub
let open: OpenConnection
let dispatcher: Dispatcher

beforeAll(async () => {
  receiver = await startReceiver()
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: receiver.network })
  const [workspace] = await hub.deps.workspaces.all()
  const { id } = await wireUp(hub.deps, workspace!.id).connection('webhook', {})
  const found = await hub.deps.connections.byId(id)
  if (!isUsable(found)) throw new Error('The connection cannot be used.')
  open = found
})

afterAll(async () => {
  await hub.close()
  await receiver.close()
})

beforeEach(() => {
  dispatcher = dispatcherWith({})
  receiver.answer((_request, response) => response.writeHead(200).end('{}'))
})

/** A dispatcher beside the hub's own, which knows nothing of these deliveries. */
function dispatcherWith(over: Partial<Pick<DispatcherDeps, 'now' | 'mapLater' | 'connections'>>): Dispatcher {
  const deps = {
    ...hub.deps,
    mapLater: (delivery: Delivery) => Promise.reject(new Error(`${delivery.id} is mapped already.`)),
    ...over,
  }
  const db = deps.database.connection
  return createDispatcher({
    ...deps,
    stopping: new AbortController().signal,
    deliveries: deliveryCollection(db),
    exchanges: exchangeCollection(db),
    leases: { holds: () => true, token: () => 1, processes: () => 1 },
    health: createDestinationHealth(db, deps.now),
    followUpDue: () => Promise.resolve(undefined),
    continueRun: () => Promise.resolve(),
    onGone: () => Promise.resolve(),
  })
}

let deliveries = 0

const laneOf = (contactId: string) => `${contactId}/${open.connection.id}`

function deliveryTo(contactId: string): Delivery {
  const at = hub.deps.now()
  const position = ++deliveries
  return {
    id: namedId('dlv', 'run', 'stp', position),
    workspaceId: open.connection.workspaceId,
    ...anyDelivery,
    contactId,
    connectionId: open.connection.id,
    input: { url: `${receiver.url}/hook`, type: 'test', data: { position } },
    state: 'queued',
    attempts: [],
    lane: laneOf(contactId),
    position,
    createdAt: at,
    updatedAt: at,
  }
}

describe('a new delivery', () => {
  it('does not overtake what its person may be waiting for, while a partition just taken has not been looked through', () => {
    const early = dispatcher.admit(deliveryTo('ctc_early'), PARTITION, open)
    expect(early.state).toBe('queued')
    // So that it is found as soon as somebody has looked.
    expect(early.dueAt).toBeInstanceOf(Date)

    dispatcher.lookedThrough(PARTITION)
    expect(dispatcher.admit(deliveryTo('ctc_late'), PARTITION, open).state).toBe('sending')
    expect(dispatcher.admit(deliveryTo('ctc_early'), PARTITION, open).state).toBe('queued')
  })

  it('has to wait again once its partition was given away', async () => {
    dispatcher.lookedThrough(PARTITION)
    await dispatcher.drop(PARTITION)
    expect(dispatcher.admit(deliveryTo('ctc_gone'), PARTITION, open).state).toBe('queued')
  })
})

describe('how many are sent at a time', () => {
  let people = 0
  /** Makes that many at once, and says how many of them found a place. */
  async function begin(count: number): Promise<number> {
    const made = Array.from({ length: count }, () => deliveryTo(`ctc_many_${++people}`))
    const rows = made.map((delivery) => dispatcher.admit(delivery, PARTITION, open))
    await deliveryCollection(hub.deps.database.connection).insertMany(rows)
    for (const row of rows) dispatcher.start(row)
    await expect.poll(() => dispatcher.inFlight(), { timeout: 20_000 }).toBe(0)
    return rows.filter(({ state }) => state === 'sending').length
  }

  it('is more where the destination answers quickly, and what was said where somebody has', async () => {
    dispatcher = dispatcherWith({ now: () => new Date('2026-11-22T18:00:00Z') })
    dispatcher.lookedThrough(PARTITION)
    expect(await begin(200)).toBe(32)
    expect(await begin(200)).toBe(128)
    const { connection } = open
    open = { ...open, connection: { ...connection, limits: { concurrency: 5 } } }
    expect(await begin(200)).toBe(5)
    open = { ...open, connection }
  })

  it('is no more where it takes its time', async () => {
    let clock = hub.deps.now().getTime()
    dispatcher = dispatcherWith({ now: () => new Date((clock += 210)) })
    dispatcher.lookedThrough(PARTITION)
    await begin(40)
    expect(await begin(200)).toBe(32)
  })
})

describe('a delivery that is stored while its lane is being read', () => {
  it('is not overtaken, where the lane looked empty', () => {
    dispatcher.lookedThrough(PARTITION)
    dispatcher.stalled.add(laneOf('ctc_empty'))
    const missed = deliveryTo('ctc_empty')
    const stored = dispatcher.admit(missed, PARTITION, open)
    dispatcher.reading([missed.lane])
    dispatcher.start(stored)
    dispatcher.foundNothing(missed.lane)
    expect(dispatcher.admit(deliveryTo('ctc_empty'), PARTITION, open).state).toBe('queued')
    expect(dispatcher.toWake()).toContain(missed.lane)

    // The next look sees all there is.
    dispatcher.reading([missed.lane])
    dispatcher.foundNothing(missed.lane)
    expect(dispatcher.isActive(missed.lane)).toBe(false)
  })

  it('is not overtaken, where the one before it could not be stored and its lane was left to the database', () => {
    dispatcher.lookedThrough(PARTITION)
    const first = dispatcher.admit(deliveryTo('ctc_left'), PARTITION, open)
    const second = dispatcher.admit(deliveryTo('ctc_left'), PARTITION, open)
    dispatcher.abandon(first)
    expect(dispatcher.toWake()).toContain(first.lane)
    dispatcher.reading([first.lane])
    dispatcher.foundNothing(first.lane)
    dispatcher.start(second)
    expect(dispatcher.admit(deliveryTo('ctc_left'), PARTITION, open).state).toBe('queued')
    expect(dispatcher.toWake()).toContain(first.lane)
  })

  it('is not overtaken, where the lane was taken up without it', async () => {
    dispatcher.lookedThrough(PARTITION)
    const [first, missed, next] = [1, 2, 3].map(() => deliveryTo('ctc_read'))
    const row = toDeliveryDoc(first!, { partition: PARTITION, open: true, fence: 0 })
    await deliveryCollection(hub.deps.database.connection).insertOne(row)
    dispatcher.stalled.add(first!.lane)
    dispatcher.reading([first!.lane])
    dispatcher.start(dispatcher.admit(missed!, PARTITION, open))
    dispatcher.takeUp([row], false)
    dispatcher.start(dispatcher.admit(next!, PARTITION, open))
    await expect.poll(() => dispatcher.isActive(first!.lane)).toBe(false)
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    expect(dispatcher.toWake()).toContain(first!.lane)
    expect(receiver.received.some(({ headers }) => headers['webhook-id'] === next!.id)).toBe(false)
  })
})

describe('one delivery that was taken up twice', () => {
  it('is sent once', async () => {
    const delivery = deliveryTo('ctc_twice')
    const row = toDeliveryDoc(delivery, { partition: PARTITION, open: true, fence: 0 })
    await deliveryCollection(hub.deps.database.connection).insertOne(row)
    dispatcher.takeUp([row], false)
    // As if its lane had changed its name: nothing but the write can tell that it is the same.
    dispatcher.takeUp([{ ...row, lane: 'another' }], false)
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    const sent = receiver.received.filter(({ headers }) => headers['webhook-id'] === delivery.id)
    expect(sent).toHaveLength(1)
  })
})

describe('one delivery that was made twice before it was stored', () => {
  it.each([
    ['the first', 0],
    ['the second', 1],
  ])('is sent once and leaves its place free, where %s of the two is stored', async (_, stored) => {
    dispatcher.lookedThrough(PARTITION)
    const delivery = deliveryTo(`ctc_made_twice_${stored}`)
    const rows = [1, 2].map(() => dispatcher.admit(delivery, PARTITION, open))
    const docs = deliveryCollection(hub.deps.database.connection)
    await docs.insertOne(rows[stored]!)
    for (const [at, row] of rows.entries()) {
      if (at === stored) dispatcher.start(row)
      else dispatcher.abandon(row)
    }
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    await expect.poll(() => dispatcher.isActive(delivery.lane)).toBe(false)
    // What is left to the database is read back, as due work does.
    dispatcher.takeUp(await docs.find({ lane: delivery.lane, open: true }).toArray(), false)
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    const sent = receiver.received.filter(({ headers }) => headers['webhook-id'] === delivery.id)
    expect(sent).toHaveLength(1)
  })
})

/** A delivery under way whose destination has not answered yet. */
async function unanswered(contactId: string): Promise<{ _id: string; answer: () => void }> {
  let answer = () => {}
  receiver.answer((_request, response) => {
    answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"deal-77"}')
  })
  dispatcher.lookedThrough(PARTITION)
  const admitted = dispatcher.admit(deliveryTo(contactId), PARTITION, open)
  await deliveryCollection(hub.deps.database.connection).insertOne(admitted)
  dispatcher.start(admitted)
  const { _id } = admitted
  await expect.poll(() => receiver.received.some(({ headers }) => headers['webhook-id'] === _id)).toBe(true)
  return { _id, answer: () => answer() }
}

describe('what is sent', () => {
  it('is recorded, where it was made when its turn came', async () => {
    const { input, ...unmapped } = deliveryTo('ctc_formula')
    dispatcher = dispatcherWith({ mapLater: () => Promise.resolve({ input: input!, mappingVersion: 3 }) })
    dispatcher.lookedThrough(PARTITION)
    const rows = deliveryCollection(hub.deps.database.connection)
    const admitted = dispatcher.admit(unmapped, PARTITION, open)
    await rows.insertOne(admitted)
    dispatcher.start(admitted)
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    const stored = await rows.findOne({ _id: unmapped.id })
    expect(stored).toMatchObject({ state: 'delivered', input: JSON.stringify(input), mappingVersion: 3 })
  })

  it('counts with what came back, although its sender was believed dead meanwhile', async () => {
    const { _id, answer } = await unanswered('ctc_late_success')
    const rows = deliveryCollection(hub.deps.database.connection)
    await rows.updateOne({ _id }, { $set: { state: 'unconfirmed', fence: 2 }, $unset: { open: 1 } })
    answer()
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    const stored = await rows.findOne({ _id })
    expect(stored).toMatchObject({ state: 'delivered', output: expect.stringContaining('deal-77') })
  })

  it('arrives once, where somebody had it sent again a moment before it was known to have arrived', async () => {
    const { _id, answer } = await unanswered('ctc_sent_again')
    const rows = deliveryCollection(hub.deps.database.connection)
    await rows.updateOne({ _id }, { $set: { state: 'unconfirmed', fence: 2 }, $unset: { open: 1 } })
    const deps = workspaceDeps(hub.deps, open.connection.workspaceId)
    const numbers = createNumbers(hub.deps.database.connection, 'events', hub.deps.database.exclusive)
    const doubtful = await deps.deliveries.find(_id)
    const replacement = await replaceDelivery(deps, numbers, doubtful!)
    expect(replacement.state).toBe('queued')
    answer()
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    expect(await deps.deliveries.find(_id)).toMatchObject({ state: 'delivered' })
    expect(await deps.deliveries.find(replacement.id)).toMatchObject({
      state: 'cancelled',
      reason: { code: 'arrived_after_all', data: { delivery: _id } },
    })
  })

  it('arrives once, where it was known to have arrived a moment before what replaces it was there', async () => {
    const { _id, answer } = await unanswered('ctc_sent_meanwhile')
    const rows = deliveryCollection(hub.deps.database.connection)
    await rows.updateOne({ _id }, { $set: { state: 'unconfirmed', fence: 2 }, $unset: { open: 1 } })
    const deps = workspaceDeps(hub.deps, open.connection.workspaceId)
    const numbers = createNumbers(hub.deps.database.connection, 'events', hub.deps.database.exclusive)
    const late: Numbers = {
      async take(count) {
        answer()
        await expect.poll(() => dispatcher.inFlight()).toBe(0)
        return numbers.take(count)
      },
    }
    const replacement = await replaceDelivery(deps, late, (await deps.deliveries.find(_id))!)
    expect(replacement).toMatchObject({ state: 'cancelled', reason: { code: 'arrived_after_all' } })
    expect(await deps.deliveries.find(_id)).toMatchObject({ state: 'delivered' })
  })

  it('has arrived, although more came back than can be kept with it', async () => {
    const sendWebhook = open.connector.actions['sendWebhook']!
    // As JSON text, each of these is six characters.
    const talkative = { ...sendWebhook, run: () => Promise.resolve({ text: '\u0001'.repeat(3_000_000) }) }
    const connector = { ...open.connector, actions: { sendWebhook: talkative } }
    const connections = { ...hub.deps.connections, byId: () => Promise.resolve({ ...open, connector }) }
    dispatcher = dispatcherWith({ connections })
    dispatcher.lookedThrough(PARTITION)
    const rows = deliveryCollection(hub.deps.database.connection)
    const admitted = dispatcher.admit(deliveryTo('ctc_talkative'), PARTITION, open)
    await rows.insertOne(admitted)
    dispatcher.start(admitted)
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    await expect.poll(() => dispatcher.isActive(admitted.lane)).toBe(false)
    expect(await rows.findOne({ _id: admitted._id })).toMatchObject({ state: 'delivered', output: '{}' })
  })

  it('stays recorded, where it was made beforehand', async () => {
    const delivery = deliveryTo('ctc_mapped')
    dispatcher.lookedThrough(PARTITION)
    const rows = deliveryCollection(hub.deps.database.connection)
    const admitted = dispatcher.admit(delivery, PARTITION, open)
    await rows.insertOne(admitted)
    dispatcher.start(admitted)
    await expect.poll(() => dispatcher.inFlight()).toBe(0)
    const stored = await rows.findOne({ _id: delivery.id })
    expect(stored).toMatchObject({ state: 'delivered', input: JSON.stringify(delivery.input) })
  })
})

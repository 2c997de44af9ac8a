import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryState } from '../deliveries/delivery-state.ts'
import { createDeliveryStore, deliveryCollection, deliveryModel } from '../deliveries/delivery-store.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { Cursor } from '../platform/keyset.ts'
import { openDatabase } from '../platform/mongo.ts'
import type { Database } from '../platform/mongo.ts'
import { createRunStore, runCollection, runModel } from '../runs/run-store.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { storedDelivery } from '../testing/stored-delivery.ts'
import { createEventStore, eventCollection, eventModel, toEventDoc } from './event-store.ts'
import type { FlowMatch } from './event-store.ts'
import { findEvents } from './find-events.ts'

const START = Date.parse('2026-11-01T00:00:00Z')
const FLOWS = ['flw_a', 'flw_b']
const STATES: readonly DeliveryState[] = [
  'delivered',
  'refused',
  'queued',
  'cancelled',
  'needs_mapping',
  'sending',
  'failed',
  'retrying',
  'skipped',
  'unconfirmed',
  'parked',
]

let dir: string
let database: Database

beforeAll(async () => {
  dir = makeDataDir()
  database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
  for (const model of [eventModel, runModel, deliveryModel]) await model(database.connection).createIndexes()
})
afterEach(async () => {
  const { connection } = database
  for (const rows of [eventCollection, runCollection, deliveryCollection])
    await rows(connection).deleteMany({})
})
afterAll(async () => {
  await database.close()
  rmSync(dir, { recursive: true, force: true })
})

function storesOf(workspaceId: string) {
  const { connection } = database
  return {
    events: createEventStore(connection, workspaceId),
    runs: createRunStore(connection, workspaceId),
    deliveries: createDeliveryStore(connection, workspaceId),
  }
}

type Wanted = Parameters<typeof findEvents>[1]

/** What happened: when, and at which flows, with the deliveries that each made. */
interface Happened {
  id: string
  at: number
  name?: string
  connectionId?: string
  contactId?: string
  /** Flows that ran for it, with the states of what they made. */
  ran: Record<string, readonly DeliveryState[]>
  /** The record names no run, since it was read again while the flow was paused. */
  isForgotten?: boolean
  /** How long after it was recorded its flows ran. */
  later?: number
}

async function happen(happened: readonly Happened[], workspaceId = 'wsp_1'): Promise<void> {
  const { connection } = database
  const runs = happened.flatMap(({ id, at, ran, later = 0 }) =>
    Object.keys(ran).map((flowId) => ({
      _id: `run_${flowId}_${id}`,
      workspaceId,
      flowId,
      flowVersion: 1,
      entryKey: id,
      eventId: id,
      startedAt: new Date(START + at + later),
    })),
  )
  const deliveries = happened.flatMap(({ id, at, ran, later = 0 }) =>
    Object.entries(ran).flatMap(([flowId, states]) =>
      states.map((state, number) =>
        deliveryOf({
          id: `dlv_${id}_${flowId}_${number}`,
          eventId: id,
          flowId,
          state,
          at: at + later,
          workspaceId,
        }),
      ),
    ),
  )
  const events = happened.map(({ id, at, ran, isForgotten, ...more }) => {
    const when = new Date(START + at)
    const matches = Object.keys(ran).map((flowId): FlowMatch => {
      const known = { flowId, version: 1 }
      return isForgotten
        ? { ...known, outcome: 'not_matched', reason: { code: 'flow_paused' } }
        : { ...known, outcome: 'entered', runId: `run_${flowId}_${id}` }
    })
    const event = {
      id,
      workspaceId,
      connectionId: more.connectionId ?? 'con_1',
      connectorId: 'stripe',
      key: id,
      name: more.name ?? 'order.completed',
      occurredAt: when,
      recordedAt: when,
      receiptId: 'rcp_1',
      item: 0,
      ...(more.contactId ? { contactId: more.contactId } : {}),
      draft: { name: 'order.completed' as const, occurred_at: when.toISOString(), properties: {} },
      connectorVersion: 1,
      shape: 'one',
      matches,
      revision: 0,
    }
    return toEventDoc(event, { partition: 0, open: false })
  })
  if (runs.length > 0) await runCollection(connection).insertMany(runs)
  if (deliveries.length > 0) await deliveryCollection(connection).insertMany(deliveries)
  await eventCollection(connection).insertMany(events)
}

function deliveryOf(made: {
  id: string
  eventId: string
  flowId: string
  state: DeliveryState
  at: number
  workspaceId?: string
}): DeliveryDoc {
  const { id, eventId, flowId, state, at, workspaceId = 'wsp_1' } = made
  const createdAt = new Date(START + at)
  const runId = `run_${flowId}_${eventId}`
  return storedDelivery({ _id: id, workspaceId, runId, flowId, eventId, state, createdAt })
}

/** All pages of a list, from the newest, as somebody reads them who does `meanwhile` after the first. */
async function readAll(wanted: Wanted, size: number, meanwhile = async () => {}): Promise<string[]> {
  const list = findEvents(storesOf('wsp_1'), wanted)
  const seen: string[] = []
  let after: Cursor | undefined
  for (;;) {
    const page = await list.page(after, size)
    seen.push(...page.map(({ event }) => event.id))
    after = page.at(-1)
    if (page.length < size) return seen
    if (seen.length === size) await meanwhile()
  }
}

/** Several in the same millisecond, several tools, people, names and flows, and deliveries of every state. */
const manyThings = Array.from({ length: 90 }, (_, number): Happened => {
  const states = (from: number) =>
    Array.from(
      { length: number % 4 },
      (_each, at) => STATES[(number + from + at * 3) % STATES.length] ?? 'queued',
    )
  return {
    id: `evt_${String((number * 37) % 90).padStart(2, '0')}`,
    at: Math.floor(number / 3) * 60_000,
    name: number % 5 === 0 ? 'cart.abandoned' : 'order.completed',
    connectionId: `con_${number % 2}`,
    ...(number % 7 === 0 ? {} : { contactId: `ctc_${number % 4}` }),
    ran: {
      ...(number % 3 === 0 ? {} : { flw_a: states(0) }),
      ...(number % 4 === 0 ? {} : { flw_b: states(5) }),
    },
  }
})

const troubled = ['needs_mapping', 'refused', 'failed', 'unconfirmed']
const waiting = ['queued', 'sending', 'retrying', 'parked']

/** The same by looking at everything there is. */
function isWanted({ flowId, outcome, name, connectionId, contactId, from, to }: Wanted) {
  return (event: Happened): boolean => {
    const states = Object.entries(event.ran).flatMap(([flow, made]) =>
      flowId === undefined || flow === flowId ? made : [],
    )
    const isIn = (some: readonly string[]) => states.some((state) => some.includes(state))
    const became = isIn(troubled) ? 'needs_you' : isIn(waiting) ? 'waits' : undefined
    return (
      (flowId === undefined || flowId in event.ran) &&
      (outcome === undefined || became === outcome) &&
      (name === undefined || event.name === name) &&
      (connectionId === undefined || event.connectionId === connectionId) &&
      (contactId === undefined || event.contactId === contactId) &&
      (from === undefined || START + event.at >= from.getTime()) &&
      (to === undefined || START + event.at < to.getTime())
    )
  }
}

const combinations: Wanted[] = [undefined, ...FLOWS].flatMap((flowId) =>
  ([undefined, 'needs_you', 'waits'] as const).flatMap((outcome) =>
    [
      {},
      { name: 'cart.abandoned' },
      { connectionId: 'con_1' },
      { contactId: 'ctc_2' },
      { from: new Date(START + 600_000) },
      { from: new Date(START + 300_000), to: new Date(START + 900_000), name: 'order.completed' },
      { contactId: 'ctc_1', connectionId: 'con_1', to: new Date(START + 1_200_000) },
    ].map((rest) => ({ ...rest, ...(flowId ? { flowId } : {}), ...(outcome ? { outcome } : {}) })),
  ),
)

describe('events by flow and by what became of them', () => {
  it.each([3, 50])('are each found once, %i a page, whatever else is asked for', async (size) => {
    await happen(manyThings)
    for (const wanted of combinations) {
      const expected = manyThings.filter(isWanted(wanted)).map(({ id }) => id)
      const read = await readAll(wanted, size)
      expect([wanted, read.toSorted()]).toEqual([wanted, expected.toSorted()])
      expect([wanted, await findEvents(storesOf('wsp_1'), wanted).count(10_000)]).toEqual([
        wanted,
        read.length,
      ])
      expect(await findEvents(storesOf('wsp_1'), wanted).count(2)).toBe(Math.min(2, read.length))
    }
  })

  it('come newest first', async () => {
    await happen(manyThings)
    const at = new Map(manyThings.map((event) => [event.id, event.at]))
    for (const wanted of combinations) {
      const times = (await readAll(wanted, 7)).map((id) => at.get(id) ?? 0)
      expect(times).toEqual(times.toSorted((one, other) => other - one))
    }
  })

  it.each<[string, Wanted]>([
    ['flow', { flowId: 'flw_a' }],
    ['outcome', { outcome: 'needs_you' }],
    ['flow and person', { flowId: 'flw_a', contactId: 'ctc_1' }],
  ])('stay where they are while more happens: by %s', async (_what, wanted) => {
    const before = Array.from({ length: 12 }, (_, at): Happened => {
      return { id: `evt_${at}`, at, contactId: 'ctc_1', ran: { flw_a: ['refused'] } }
    })
    await happen(before)
    const read = await readAll(wanted, 5, async () => {
      await happen([{ id: 'evt_new', at: 60_000, contactId: 'ctc_1', ran: { flw_a: ['failed'] } }])
      // What is on the page before, and on the page to come, goes wrong once more, elsewhere.
      const again = { flowId: 'flw_b', state: 'failed', at: 70_000 } as const
      await deliveryCollection(database.connection).insertMany([
        deliveryOf({ ...again, id: 'dlv_seen', eventId: 'evt_10' }),
        deliveryOf({ ...again, id: 'dlv_unseen', eventId: 'evt_2' }),
      ])
    })
    expect(read).toEqual(before.map(({ id }) => id).toReversed())
  })

  it('have the name that is asked for and are among the names that are', async () => {
    await happen([
      { id: 'evt_1', at: 1, name: 'order.completed', ran: { flw_a: ['refused'] } },
      { id: 'evt_2', at: 2, name: 'order.refunded', ran: { flw_a: ['refused'] } },
    ])
    const names = ['order.refunded', 'contact.created']
    for (const more of [{}, { flowId: 'flw_a' }]) {
      expect(await readAll({ ...more, names, name: 'order.refunded' }, 5)).toEqual(['evt_2'])
      expect(await readAll({ ...more, names, name: 'order.completed' }, 5)).toEqual([])
    }
  })

  it('are told by what this flow made where a flow is asked for too', async () => {
    await happen([
      { id: 'evt_here', at: 1, ran: { flw_a: ['refused'], flw_b: ['delivered'] } },
      { id: 'evt_there', at: 2, ran: { flw_a: ['queued'], flw_b: ['failed'] } },
    ])
    expect(await readAll({ flowId: 'flw_a', outcome: 'needs_you' }, 5)).toEqual(['evt_here'])
    expect(await readAll({ flowId: 'flw_a', outcome: 'waits' }, 5)).toEqual(['evt_there'])
    expect(await readAll({ outcome: 'waits' }, 5)).toEqual([])
  })

  it('are found by a flow that ran for them long after, and that was paused when they were read again', async () => {
    await happen([
      { id: 'evt_late', at: 0, ran: { flw_a: ['parked'] }, later: 86_400_000 },
      { id: 'evt_again', at: 3_600_000, ran: { flw_a: ['refused'] }, isForgotten: true, contactId: 'ctc_1' },
    ])
    expect(await readAll({ flowId: 'flw_a' }, 5)).toEqual(['evt_late', 'evt_again'])
    expect(await readAll({ flowId: 'flw_a', contactId: 'ctc_1' }, 5)).toEqual(['evt_again'])
    const period = { from: new Date(START + 3_000_000), to: new Date(START + 4_000_000) }
    expect(await readAll({ flowId: 'flw_a', ...period }, 5)).toEqual(['evt_again'])
    expect(await readAll({ outcome: 'waits', to: new Date(START + 1) }, 5)).toEqual(['evt_late'])
  })

  it('stand once where a flow ran for them twice, as for two people', async () => {
    await happen([{ id: 'evt_1', at: 1_000, ran: { flw_a: [] } }])
    await runCollection(database.connection).insertOne({
      _id: 'run_as_another',
      workspaceId: 'wsp_1',
      flowId: 'flw_a',
      flowVersion: 1,
      entryKey: 'ctc_before',
      eventId: 'evt_1',
      startedAt: new Date(START),
    })
    expect(await readAll({ flowId: 'flw_a' }, 1)).toEqual(['evt_1'])
  })

  it('are those of the workspace alone, though another’s flow is named', async () => {
    await happen([{ id: 'evt_theirs', at: 0, ran: { flw_a: ['refused', 'sending'] } }], 'wsp_2')
    for (const wanted of combinations) expect(await readAll(wanted, 5)).toEqual([])
    expect(await findEvents(storesOf('wsp_2'), { flowId: 'flw_a' }).count(5)).toBe(1)
  })

  it('do not end a list where one of them has been removed by now', async () => {
    await happen(Array.from({ length: 9 }, (_, at) => ({ id: `evt_${at}`, at, ran: { flw_a: ['failed'] } })))
    await eventCollection(database.connection).deleteMany({ _id: { $in: ['evt_8', 'evt_7', 'evt_4'] } })
    const left = ['evt_6', 'evt_5', 'evt_3', 'evt_2', 'evt_1', 'evt_0']
    expect(await readAll({ flowId: 'flw_a' }, 2)).toEqual(left)
    expect(await readAll({ outcome: 'needs_you' }, 2)).toEqual(left)
    expect(await findEvents(storesOf('wsp_1'), { flowId: 'flw_a' }).count(10)).toBe(6)
  })
})

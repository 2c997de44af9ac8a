import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { GAP_MS } from '../platform/ordered-log.ts'
import type { Writes } from '../platform/writes.ts'
import { receiptCollection } from '../receipts/receipt-store.ts'
import type { ReceiptDoc } from '../receipts/receipt-store.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { createReceiptWriter, StoreBusy } from './store-receipt.ts'
import type { ReceiptWriter } from './store-receipt.ts'

const MB = 1024 * 1024

let hub: TestHub
let writer: ReceiptWriter
let clock: number
let stored: number[]
/** Lets the commit under way go through. */
let commit: () => void

beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(() => hub.close())

beforeEach(() => {
  clock = Date.parse('2026-11-22T10:00:00Z')
  stored = []
  let next = 0
  const writes: Writes = {
    ...hub.deps.database.writes,
    insertNew: () =>
      new Promise((resolve) => {
        commit = () => resolve(new Set())
      }),
  }
  writer = createReceiptWriter({
    receipts: receiptCollection(hub.deps.database.connection),
    writes,
    numbers: { take: (count) => Promise.resolve((next += count) - count) },
    metrics: hub.deps.metrics,
    crowd: { enter() {}, leave() {} },
    onStored: (docs) => stored.push(...docs.map(({ number }) => number)),
    now: () => new Date(clock),
  })
})

let receipts = 0

function receipt(bytes: number): ReceiptDoc {
  const body = Buffer.alloc(bytes)
  return {
    _id: `rcp_${++receipts}`,
    workspaceId: 'wsp_1',
    connectionId: 'con_1',
    state: 'stored',
    open: true,
    method: 'POST',
    query: '',
    headers: '{}',
    body,
    bodyBytes: bytes,
    whole: true,
    receivedAt: new Date(clock),
    revision: 0,
    partition: 0,
  }
}

/** Whether it was acknowledged, or the sender told to come again. */
function outcome(stores: Promise<void>): Promise<'acknowledged' | 'come again'> {
  return stores.then(
    () => 'acknowledged',
    (err: unknown) => {
      if (err instanceof StoreBusy) return 'come again'
      throw err
    },
  )
}

const underWay = () => new Promise((resolve) => setImmediate(resolve))

it('takes in no more than 64 MB that are not durable yet, and goes on when they are', async () => {
  const taken = Array.from({ length: 15 }, () => outcome(writer.store(receipt(4 * MB))))
  const tooMuch = outcome(writer.store(receipt(5 * MB)))
  const small = outcome(writer.store(receipt(1_000)))
  expect(writer.unacknowledgedBytes()).toBeLessThanOrEqual(64 * MB)
  expect(await tooMuch).toBe('come again')
  while (writer.unacknowledgedBytes() > 0) {
    await underWay()
    commit()
  }
  expect(new Set(await Promise.all([...taken, small]))).toEqual(new Set(['acknowledged']))
  expect(stored).toHaveLength(16)
  const later = outcome(writer.store(receipt(5 * MB)))
  await underWay()
  commit()
  expect(await later).toBe('acknowledged')
})

it('acknowledges nothing whose commit took so long that others have given its number up', async () => {
  const late = outcome(writer.store(receipt(100)))
  await underWay()
  clock += GAP_MS + 1
  commit()
  expect(await late).toBe('come again')
  // It is in the database, and is found there; here it would come out of turn.
  expect(stored).toEqual([])

  const inTime = outcome(writer.store(receipt(100)))
  await underWay()
  clock += GAP_MS
  commit()
  expect(await inTime).toBe('acknowledged')
  expect(stored).toEqual([1])
})

import type { HubDeps } from './deps.ts'
import { deliveryCollection } from './deliveries/delivery-store.ts'
import type { DeliveryState } from './deliveries/delivery-state.ts'
import { eventCollection } from './events/event-store.ts'
import { allPartitions } from './platform/partition.ts'
import type { Queue } from './platform/queue.ts'
import type { Reading } from './platform/render-metrics.ts'
import { pollCollection } from './polls/poll-store.ts'
import { receiptCollection } from './receipts/receipt-store.ts'

/** Counting stops here: it must cost the same on a hub that is far behind. */
const COUNTED_MAX = 10_000
const WORKSPACES_MAX = 100
/** However often somebody asks, the store is looked at no more often. */
const FRESH_MS = 10_000
/** Failed so often in a row, a poll needs a person. */
const FAILURES_TO_MIND = 3

const waiting: readonly DeliveryState[] = [
  'queued',
  'sending',
  'retrying',
  'parked',
  'unconfirmed',
  'needs_mapping',
]

/**
 * What waits in the store and since when: the same in every process that shares it, so that a monitoring system takes
 * the greatest and does not add up. Where the store cannot be read, that is all it says.
 */
export function createBacklogReader(
  deps: Pick<HubDeps, 'database' | 'workspaces' | 'storesOf' | 'now'>,
  queue: Pick<Queue, 'overdue'>,
  clock: () => number = () => performance.now(),
): () => Promise<Reading[]> {
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<Reading[]> | undefined

  return () => {
    const at = clock()
    if (!reading || at - readAt > FRESH_MS) {
      readAt = at
      reading = readBacklog(deps, queue).then(
        (readings) => [reachable(1), ...readings],
        () => [reachable(0)],
      )
    }
    return reading
  }
}

function reachable(value: 0 | 1): Reading {
  return { name: 'store_reachable', help: 'Whether the store could be read.', values: [{ value }] }
}

async function readBacklog(
  { database, workspaces, storesOf, now }: Pick<HubDeps, 'database' | 'workspaces' | 'storesOf' | 'now'>,
  queue: Pick<Queue, 'overdue'>,
): Promise<Reading[]> {
  const db = database.connection
  const at = now()
  const [receipts, events, deliveries, polls] = [
    receiptCollection(db),
    eventCollection(db),
    deliveryCollection(db),
    pollCollection(db),
  ]
  const isOpen = { open: true as const, partition: { $in: allPartitions } }
  const limit = { limit: COUNTED_MAX }
  const stores = (await workspaces.all()).slice(0, WORKSPACES_MAX).map(({ id }) => storesOf(id))
  const [openReceipts, openEvents, byState, due, latePoll, failingPolls, openBreakers, jobs] =
    await Promise.all([
      receipts.countDocuments(isOpen, limit),
      events.countDocuments(isOpen, limit),
      Promise.all(
        waiting.map(async (state) => {
          const counts = await Promise.all(
            stores.map(({ deliveries: own }) => own.count({ states: [state] }, COUNTED_MAX)),
          )
          return { labels: { state }, value: counts.reduce((sum, count) => sum + count, 0) }
        }),
      ),
      deliveries.findOne(
        { dueAt: { $lt: at }, state: { $in: ['queued', 'retrying'] } },
        { sort: { dueAt: 1 }, projection: { dueAt: 1 } },
      ),
      polls.findOne(
        {
          dueAt: { $lt: at },
          isOn: true,
          leasedUntil: { $exists: false },
          $or: [{ notBefore: { $exists: false } }, { notBefore: { $lt: at } }],
        },
        { sort: { dueAt: 1 }, projection: { dueAt: 1 } },
      ),
      polls.countDocuments({ isOn: true, failures: { $gte: FAILURES_TO_MIND } }, limit),
      db.collection('destination_health').countDocuments({ breaker: 'open' }, limit),
      queue.overdue(),
    ])
  const oldestReceipt = openReceipts === 0 ? undefined : await oldest(receipts)
  const since = (then: Date | undefined) => (then ? Math.max(0, (at.getTime() - then.getTime()) / 1_000) : 0)
  const upTo = `, counted up to ${COUNTED_MAX}.`
  return [
    one('open_receipts', `Receipts not worked through yet${upTo}`, openReceipts),
    one('oldest_open_receipt_seconds', 'Since the oldest of them arrived.', since(oldestReceipt)),
    one('open_events', `Events stored and not matched yet${upTo}`, openEvents),
    { name: 'open_deliveries', help: `Deliveries by the state they wait in${upTo}`, values: byState },
    one('due_delivery_lag_seconds', 'Since the longest due delivery was due.', since(due?.dueAt)),
    one('breakers_open', 'Connections whose deliveries are held because they fail.', openBreakers),
    one('poll_lag_seconds', 'Since the longest due poll was due.', since(latePoll?.dueAt)),
    one('polls_failing', `Polls that failed at least ${FAILURES_TO_MIND} times in a row.`, failingPolls),
    {
      name: 'job_overdue_seconds',
      help: 'How late a recurring job is.',
      values: jobs.map(({ job, seconds }) => ({ labels: { job }, value: seconds })),
    },
  ]
}

function one(name: string, help: string, value: number): Reading {
  return { name, help, values: [{ value }] }
}

/** The index over unfinished receipts begins with the partition: one look into each is cheaper than a sort of all. */
async function oldest(receipts: ReturnType<typeof receiptCollection>): Promise<Date | undefined> {
  const heads = await Promise.all(
    allPartitions.map((partition) =>
      receipts.findOne(
        { partition, open: true },
        { sort: { partition: 1, number: 1 }, projection: { receivedAt: 1 } },
      ),
    ),
  )
  const arrivals = heads.flatMap((head) => (head ? [head.receivedAt.getTime()] : []))
  return arrivals.length > 0 ? new Date(Math.min(...arrivals)) : undefined
}

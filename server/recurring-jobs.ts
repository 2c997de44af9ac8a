import { keepSignedIn } from './connections/keep-signed-in.ts'
import type { HubDeps } from './deps.ts'
import { deliveryCollection } from './deliveries/delivery-store.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import { createDestinationHealth } from './pipeline/destination-health.ts'
import { pruneKnownThings } from './pipeline/prune-known-things.ts'
import { reconcile } from './pipeline/reconcile.ts'
import { planConnections } from './connections/plan-connection.ts'
import type { RowWorker } from './platform/row-worker.ts'
import { receiptCollection } from './receipts/receipt-store.ts'
import type { Queue } from './platform/queue.ts'
import type { Rounds } from './platform/rounds.ts'
import { createRetention } from './apply-retention.ts'
import { runReplays } from './replays/run-replays.ts'

const SECOND = 1_000

/**
 * Everything the hub does again and again. What one process at a time does for all is a job of the queue. Looking for
 * its own due work is every process's own affair, since each holds other partitions and claims rows one by one; it comes
 * so often that a job would cost far more than the look itself.
 */
export async function startRecurringJobs(options: {
  deps: HubDeps
  queue: Queue
  rounds: Rounds
  pipeline: Pipeline
  poller: RowWorker
  registrar: RowWorker
}): Promise<void> {
  const { deps, queue, rounds, pipeline, poller, registrar } = options
  const db = deps.database.connection
  rounds.every('due_work', SECOND / 2, () => pipeline.wakeDue())
  rounds.every('polls', SECOND, () => poller.round())
  rounds.every('registrations', 2 * SECOND, () => registrar.round())

  await queue.every(`sweep:${deps.processId}`, 10 * SECOND, () => pipeline.sweep())
  await queue.every('plan_connections', 60 * SECOND, () => planConnections(deps))
  await queue.every('replays', 2 * SECOND, () => runReplays(deps))
  await queue.every(
    'known_things',
    3_600 * SECOND,
    async () => void (await pruneKnownThings(deps)),
    600 * SECOND,
  )
  await queue.every('retention', 600 * SECOND, createRetention(deps), 600 * SECOND)
  await queue.every('reconcile', 60 * SECOND, async () => {
    await reconcile({ ...deps, receipts: receiptCollection(db), deliveries: deliveryCollection(db) })
  })
  const health = createDestinationHealth(db, deps.now)
  await queue.every('sign_ins', 60 * SECOND, () => keepSignedIn({ ...deps, health }), 120 * SECOND)
  await queue.every('leftover_jobs', 300 * SECOND, () => queue.removeLeftovers())
  await queue.start()
}

import { DeliveryStateUnsuitable } from '../deliveries/delivery-errors.ts'
import { replaceDelivery } from '../deliveries/replay-delivery.ts'
import { workspaceDeps } from '../deps.ts'
import type { HubDeps, WorkspaceDeps } from '../deps.ts'
import { createNumbers } from '../platform/numbers.ts'
import { sendReceiptAgain } from '../receipts/replay-receipt.ts'
import { deliveryFilter, pauseOf, receiptFilter } from './replay-filter.ts'
import { runningReplays } from './replay-store.ts'
import type { Replay } from './replay-store.ts'

const CHUNK = 200
/** A change of a flow is known to every process after this, many times over. */
const ALL_HAVE_HEARD_MS = 2_000

/**
 * Carries running replays on by one chunk each, oldest first, so that a large one holds up no other. Safe to run again
 * after a crash: a receipt that is under way is left alone, and a run and a delivery's replacement have the same name
 * each time.
 */
export async function runReplays(hub: HubDeps): Promise<void> {
  for (const { id, workspaceId } of await runningReplays(hub.database.connection)) {
    const deps = workspaceDeps(hub, workspaceId)
    // Somebody may have cancelled it while another one's chunk was under way.
    const replay = await deps.replays.find(id)
    if (replay?.state !== 'running') continue
    const isOver = await runChunk(deps, replay)
    if (isOver) await deps.replays.end(id, { state: 'done', endedAt: hub.now() })
    const { done, failed } = (await deps.replays.find(id)) ?? replay
    hub.log.info({ stage: 'replay.advanced', replay: id, done, failed, is_over: isOver })
  }
}

/** True where nothing is left to be done. */
function runChunk(deps: WorkspaceDeps, replay: Replay): Promise<boolean> {
  switch (replay.target.kind) {
    case 'receipts':
      return runReceipts(deps, replay)
    case 'deliveries':
      return runDeliveries(deps, replay)
    case 'events':
      return runEvents(deps, replay)
  }
}

async function runReceipts(deps: WorkspaceDeps, replay: Replay): Promise<boolean> {
  const { target, until, reached } = replay
  if (target.kind !== 'receipts') return true
  const { connection, exclusive } = deps.database
  const numbers = createNumbers(connection, 'receipts', exclusive)
  const rows = await deps.receipts.oldest(receiptFilter(target, until), reached, CHUNK)
  return inOrder(deps, replay, rows, {
    timeOf: ({ receivedAt }) => receivedAt,
    async replayOne({ id }) {
      // One body at a time: a hundred of them may be too much to hold.
      const receipt = await deps.receipts.find(id)
      const isSent = receipt && (await sendReceiptAgain(deps, numbers, receipt)) === undefined
      return isSent ? 'done' : 'failed'
    },
  })
}

async function runDeliveries(deps: WorkspaceDeps, replay: Replay): Promise<boolean> {
  const { id: replayId, target, until, reached } = replay
  if (target.kind !== 'deliveries') return true
  const { connection, exclusive } = deps.database
  const numbers = createNumbers(connection, 'events', exclusive)
  const rows = await deps.deliveries.oldest(deliveryFilter(target, until), reached, CHUNK)
  const options = { low: true, ...(target.evenIfDelivered ? { evenIfDelivered: { again: replayId } } : {}) }
  // They enter their lanes in the order in which they failed.
  return inOrder(deps, replay, rows, {
    timeOf: ({ createdAt }) => createdAt,
    async replayOne(delivery) {
      try {
        await replaceDelivery(deps, numbers, delivery, options)
        return 'done'
      } catch (err) {
        // Somebody decided otherwise since it was read; the delivery says what.
        if (err instanceof DeliveryStateUnsuitable) return 'failed'
        throw err
      }
    },
  })
}

async function runEvents(deps: WorkspaceDeps, replay: Replay): Promise<boolean> {
  const { target, until, reached, startedAt } = replay
  if (target.kind !== 'events') return true
  const { connection, exclusive } = deps.database
  // Others have not heard yet that the flow is on, and would keep them out once more.
  if (!exclusive && deps.now().getTime() - startedAt.getTime() < ALL_HAVE_HEARD_MS) return false
  const numbers = createNumbers(connection, 'events', exclusive)
  const pause = pauseOf(target)
  const rows = await deps.events.keptOut(pause, until, reached, CHUNK)
  // They enter the flow in the order in which they came. One that cannot be asked about yet is waited for.
  return inOrder(deps, replay, rows, {
    timeOf: ({ recordedAt }) => recordedAt,
    replayOne: async (event) => ((await deps.events.askAgain(event, pause, numbers)) ? 'done' : 'not_yet'),
  })
}

/**
 * Replays one after the other. Each is noted as soon as it is done, since much of it can no longer be found afterwards:
 * wherever a replay is stopped or breaks off, it says how many it has sent.
 */
async function inOrder<Row extends { id: string }>(
  { replays }: WorkspaceDeps,
  replay: Replay,
  rows: readonly Row[],
  how: { timeOf: (row: Row) => Date; replayOne: (row: Row) => Promise<'done' | 'failed' | 'not_yet'> },
): Promise<boolean> {
  for (const row of rows) {
    const outcome = await how.replayOne(row)
    if (outcome === 'not_yet') return false
    const isRunning = await replays.note(replay.id, outcome, { at: how.timeOf(row), id: row.id })
    if (!isRunning) return false
  }
  return rows.length < CHUNK
}

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
/** Before everything that was recorded. */
const BEGINNING = { at: new Date(0), id: '' }

/**
 * Carries running replays on by one chunk each, oldest first, so that a large one holds up no other. Safe to run again
 * after a crash: a receipt that is under way is left alone, and a run and a delivery's replacement have the same name
 * each time.
 */
export async function runReplays(hub: HubDeps): Promise<void> {
  for (const replay of await runningReplays(hub.database.connection)) {
    const deps = workspaceDeps(hub, replay.workspaceId)
    const chunk = await runChunk(deps, replay)
    const done = replay.done + chunk.done
    const failed = replay.failed + chunk.failed
    const isOver = chunk.reached === undefined
    await deps.replays.progress(replay.id, {
      done,
      failed,
      ...(chunk.reached ? { reached: chunk.reached } : {}),
      ...(isOver ? { state: 'done' as const, endedAt: hub.now() } : {}),
    })
    hub.log.info({ stage: 'replay.advanced', replay: replay.id, done, failed, is_over: isOver })
  }
}

interface Chunk {
  done: number
  failed: number
  /** Absent when nothing is left. */
  reached: Replay['reached']
}

function runChunk(deps: WorkspaceDeps, replay: Replay): Promise<Chunk> {
  switch (replay.target.kind) {
    case 'receipts':
      return runReceipts(deps, replay)
    case 'deliveries':
      return runDeliveries(deps, replay)
    case 'events':
      return runEvents(deps, replay)
  }
}

async function runReceipts(deps: WorkspaceDeps, { target, until, reached }: Replay): Promise<Chunk> {
  if (target.kind !== 'receipts') return { done: 0, failed: 0, reached: undefined }
  const { connection, exclusive } = deps.database
  const numbers = createNumbers(connection, 'receipts', exclusive)
  const rows = await deps.receipts.oldest(receiptFilter(target, until), reached, CHUNK)
  let done = 0
  for (const { id } of rows) {
    // One body at a time: a hundred of them may be too much to hold.
    const receipt = await deps.receipts.find(id)
    if (receipt && (await sendReceiptAgain(deps, numbers, receipt)) === undefined) done++
  }
  const last = rows.at(-1)
  return {
    done,
    failed: rows.length - done,
    reached: last && rows.length === CHUNK ? { at: last.receivedAt, id: last.id } : undefined,
  }
}

async function runDeliveries(
  deps: WorkspaceDeps,
  { id: replayId, target, until, reached }: Replay,
): Promise<Chunk> {
  if (target.kind !== 'deliveries') return { done: 0, failed: 0, reached: undefined }
  const { connection, exclusive } = deps.database
  const numbers = createNumbers(connection, 'events', exclusive)
  const rows = await deps.deliveries.oldest(deliveryFilter(target, until), reached, CHUNK)
  const options = { low: true, ...(target.evenIfDelivered ? { evenIfDelivered: { again: replayId } } : {}) }
  let done = 0
  // In order: they enter their lanes in the order in which they failed.
  for (const delivery of rows) {
    try {
      await replaceDelivery(deps, numbers, delivery, options)
      done++
    } catch (err) {
      // Somebody decided otherwise since it was read; the delivery says what.
      if (!(err instanceof DeliveryStateUnsuitable)) throw err
    }
  }
  const last = rows.at(-1)
  return {
    done,
    failed: rows.length - done,
    reached: last && rows.length === CHUNK ? { at: last.createdAt, id: last.id } : undefined,
  }
}

async function runEvents(deps: WorkspaceDeps, { target, until, reached, startedAt }: Replay): Promise<Chunk> {
  if (target.kind !== 'events') return { done: 0, failed: 0, reached: undefined }
  const { connection, exclusive } = deps.database
  // Others have not heard yet that the flow is on, and would keep them out once more.
  if (!exclusive && deps.now().getTime() - startedAt.getTime() < ALL_HAVE_HEARD_MS) {
    return { done: 0, failed: 0, reached: reached ?? BEGINNING }
  }
  const numbers = createNumbers(connection, 'events', exclusive)
  const pause = pauseOf(target)
  const rows = await deps.events.keptOut(pause, until, reached, CHUNK)
  let done = 0
  // In order: they enter the flow in the order in which they came. One that cannot be asked about yet is waited for.
  for (const event of rows) {
    if (!(await deps.events.askAgain(event, pause, numbers))) break
    done++
  }
  const last = rows[done - 1]
  const isOver = done === rows.length && rows.length < CHUNK
  return {
    done,
    failed: 0,
    reached: isOver ? undefined : last ? { at: last.recordedAt, id: last.id } : (reached ?? BEGINNING),
  }
}

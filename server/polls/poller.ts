import type { HubDeps } from '../deps.ts'
import type { ReceiptWriter } from '../ingest/store-receipt.ts'
import type { BringsNews } from '../pipeline/brings-news.ts'
import { createDueRows } from '../platform/due-rows.ts'
import { createRowWorker } from '../platform/row-worker.ts'
import type { RowWorker } from '../platform/row-worker.ts'
import { pollCollection, POLLS } from './poll-store.ts'
import { POLL_LEASE_MS, runPoll } from './run-poll.ts'

/** One process asks so many vendors at a time. */
const AT_ONCE_MAX = 8

/** Makes the polls that are due. */
export function createPoller(
  deps: HubDeps & { receipts: Pick<ReceiptWriter, 'store'>; bringsNews: BringsNews },
): RowWorker {
  const { database, log, now, processId } = deps
  const polls = pollCollection(database.connection)
  const due = createDueRows({
    database: database.connection,
    collection: POLLS,
    processId,
    exclusive: database.exclusive,
    leaseMs: POLL_LEASE_MS,
    now,
  })
  return createRowWorker({
    due,
    atOnceMax: AT_ONCE_MAX,
    stopping: deps.stopping,
    // A poll only reads, and goes on where it was: it may be broken off at any moment.
    work: (lease, stopping) => runPoll({ ...deps, polls, due, stopping }, lease),
    onError: (poll, err) => log.error({ stage: 'poll.broken', poll, err }),
  })
}

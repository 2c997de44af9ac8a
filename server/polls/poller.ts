import type { HubDeps } from '../deps.ts'
import type { ReceiptWriter } from '../ingest/store-receipt.ts'
import type { BringsNews } from '../pipeline/brings-news.ts'
import { createDueRows } from '../platform/due-rows.ts'
import type { RowLease } from '../platform/due-rows.ts'
import { pollCollection, POLLS } from './poll-store.ts'
import { POLL_LEASE_MS, runPoll } from './run-poll.ts'

/** Makes the polls that are due: each by one process at a time, several at once. */
export interface Poller {
  /** Begins with what is due and does not wait for it; called every second. */
  round(): Promise<void>
  /** How many are under way. */
  load(): number
  /** Resolves when none is under way. */
  idle(): Promise<void>
  /** Breaks off what is under way: a poll only reads, and goes on where it was. */
  stop(): Promise<void>
}

/** One process asks so many vendors at a time; the rest waits for its turn or for another process. */
const AT_ONCE_MAX = 8

export function createPoller(
  deps: HubDeps & { receipts: Pick<ReceiptWriter, 'store'>; bringsNews: BringsNews },
): Poller {
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
  const underWay = new Map<string, Promise<void>>()
  const ending = new AbortController()
  const stopping = AbortSignal.any([deps.stopping, ending.signal])

  function begin(lease: RowLease): void {
    const running = runPoll({ ...deps, polls, stopping }, lease)
      // The lease ends by itself; whoever looks then tries again.
      .catch((err: unknown) => log.error({ stage: 'poll.broken', poll: lease.id, err }))
      .finally(() => underWay.delete(lease.id))
    underWay.set(lease.id, running)
  }

  const claims = new Set<Promise<void>>()

  async function claim(limit: number): Promise<void> {
    for (const lease of await due.claim(limit)) begin(lease)
  }

  async function idle(): Promise<void> {
    while (underWay.size + claims.size > 0) await Promise.allSettled([...claims, ...underWay.values()])
  }

  return {
    async round() {
      if (stopping.aborted) return
      const free = AT_ONCE_MAX - underWay.size
      // One look at a time: two would take more than there is room for.
      if (free <= 0 || claims.size > 0) return
      const claiming = claim(free)
      claims.add(claiming)
      await claiming.finally(() => claims.delete(claiming))
    },
    load: () => underWay.size,
    idle,
    stop() {
      ending.abort()
      return idle()
    },
  }
}

import type { OpenConnection } from '../connections/connection-directory.ts'
import type { Logger } from '../platform/logger.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'

interface Rate {
  requests: number
  perMs: number
}

/** Whether a piece of work may start. */
export interface Turn {
  /** 0 when it may start now; otherwise how long to wait before asking again, in ms. */
  waitMs: number
  /** How many requests were taken for it. */
  requests: number
}

/**
 * How much of its vendor's rate limit a connection has left, counted over all processes. The limit is one of requests,
 * and a piece of work can make several (look, then write): how many is learned from the last of its kind.
 */
export interface SendBudget {
  /** `kind` tells pieces of work apart that need different numbers of requests, such as an action's id. */
  take(connectionId: string, rate: Rate, kind: string): Promise<Turn>
  /**
   * How many requests it made: what was not taken for it is taken from the time to come. Never rejects: what was done
   * counts more than how many requests it took.
   */
  made(
    connectionId: string,
    rate: Rate,
    kind: string,
    turn: Pick<Turn, 'requests'>,
    requests: number,
  ): Promise<void>
}

/** What may be asked of a connection's vendor: its own limit, else the connector's; absent where there is none. */
export function rateOf({
  connection,
  connector,
}: Pick<OpenConnection, 'connection' | 'connector'>): Rate | undefined {
  const { requests, perMs } = connection.limits ?? {}
  return requests && perMs ? { requests, perMs } : connector.limits?.rate
}

interface BudgetDoc {
  _id: string
  used: number
  until: Date
}

const SLICE_MS = 1_000
const KEPT_MS = 60_000
/** Nothing is owed further ahead: by then it no longer matters to the vendor. */
const OWED_SLICES_MAX = 60

/**
 * The limit is spent in slices of a second (longer ones where the limit is below one per second), so that no process
 * can use up a minute's worth at once.
 */
export function createSendBudget(database: DatabaseConnection, now: () => Date, log: Logger): SendBudget {
  const slices = database.collection<BudgetDoc>('send_budgets')
  const needs = new Map<string, number>()

  /** Counts requests into a slice and answers how many there are in it now. */
  async function count(
    connectionId: string,
    slice: number,
    sliceMs: number,
    requests: number,
  ): Promise<number> {
    const doc = await slices.findOneAndUpdate(
      { _id: `${connectionId}/${slice}` },
      { $inc: { used: requests }, $setOnInsert: { until: new Date((slice + 1) * sliceMs + KEPT_MS) } },
      { upsert: true, returnDocument: 'after' },
    )
    return doc?.used ?? requests
  }

  /** Takes requests from the slices that follow; what one cannot hold goes on to the next. */
  async function owe(connectionId: string, slice: number, slicing: Slicing, requests: number): Promise<void> {
    let left = requests
    for (let next = slice + 1; left > 0 && next <= slice + OWED_SLICES_MAX; next++) {
      const used = await count(connectionId, next, slicing.sliceMs, left)
      left = Math.min(left, used - slicing.perSlice)
    }
  }

  return {
    async take(connectionId, rate, kind) {
      const slicing = slicingOf(rate)
      const at = now().getTime()
      const slice = Math.floor(at / slicing.sliceMs)
      const requests = needs.get(`${connectionId} ${kind}`) ?? 1
      const used = await count(connectionId, slice, slicing.sliceMs, requests)
      // What needs more than a slice holds goes first in one, or never.
      if (used > slicing.perSlice && used > requests) {
        return { waitMs: (slice + 1) * slicing.sliceMs - at, requests }
      }
      await owe(connectionId, slice, slicing, used - slicing.perSlice)
      return { waitMs: 0, requests }
    },
    async made(connectionId, rate, kind, turn, requests) {
      needs.set(`${connectionId} ${kind}`, Math.max(1, requests))
      const slicing = slicingOf(rate)
      const slice = Math.floor(now().getTime() / slicing.sliceMs)
      try {
        await owe(connectionId, slice, slicing, requests - turn.requests)
      } catch (err) {
        log.warn({ stage: 'requests.not_counted', connection: connectionId, requests, err })
      }
    },
  }
}

interface Slicing {
  sliceMs: number
  perSlice: number
}

function slicingOf({ requests, perMs }: Rate): Slicing {
  const sliceMs = Math.max(SLICE_MS, Math.ceil(perMs / requests))
  return { sliceMs, perSlice: Math.max(1, Math.floor((requests * sliceMs) / perMs)) }
}

import type { Rate } from '#sdk'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import type { Logger } from '../platform/logger.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'

/** How much may be asked of a vendor, and of what: one connection, or all those of an account. */
export interface Allowance extends Rate {
  of: string
}

/** Whether a piece of work may start. */
export interface Turn {
  /** 0 when it may start now; otherwise how long to wait before asking again, in ms. */
  waitMs: number
  /** How many requests were taken for it. */
  requests: number
}

/**
 * How much of a vendor's rate limit is left, counted over all processes. The limit is one of requests, and a piece of
 * work can make several (look, then write): how many is learned from the last of its kind.
 */
export interface SendBudget {
  /** `kind` tells pieces of work apart that need different numbers of requests, such as an action's id. */
  take(allowance: Allowance, kind: string): Promise<Turn>
  /**
   * Which requests it made: what was not taken for it is taken from the time to come. Never rejects: what was done
   * counts more than how many requests it took.
   */
  made(
    allowance: Allowance,
    kind: string,
    turn: Pick<Turn, 'requests'>,
    exchanges: readonly Pick<CapturedExchange, 'method'>[],
  ): Promise<void>
}

/** What may be asked for a connection: its own limit, else the connector's; absent where there is none. */
export function allowanceOf({
  connection,
  connector,
  credentials,
}: Pick<OpenConnection, 'connector' | 'credentials'> & {
  connection: Pick<OpenConnection['connection'], 'id' | 'limits'>
}): Allowance | undefined {
  const { rate, account } = connector.limits ?? {}
  const { requests, perMs } = connection.limits ?? {}
  if (requests && perMs) return { ...rate, requests, perMs, of: connection.id }
  if (!rate) return undefined
  const shared = account?.(credentials[0])
  return { ...rate, of: shared === undefined ? connection.id : `${connector.id} ${shared}` }
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
  async function count(of: string, slice: number, sliceMs: number, requests: number): Promise<number> {
    const doc = await slices.findOneAndUpdate(
      { _id: `${of}/${slice}` },
      { $inc: { used: requests }, $setOnInsert: { until: new Date((slice + 1) * sliceMs + KEPT_MS) } },
      { upsert: true, returnDocument: 'after' },
    )
    return doc?.used ?? requests
  }

  /** Takes requests from the slices that follow; what one cannot hold goes on to the next. */
  async function owe(of: string, slice: number, slicing: Slicing, requests: number): Promise<void> {
    let left = requests
    for (let next = slice + 1; left > 0 && next <= slice + OWED_SLICES_MAX; next++) {
      const used = await count(of, next, slicing.sliceMs, left)
      left = Math.min(left, used - slicing.perSlice)
    }
  }

  return {
    async take(allowance, kind) {
      const { of } = allowance
      const slicing = slicingOf(allowance)
      const at = now().getTime()
      const slice = Math.floor(at / slicing.sliceMs)
      const requests = needs.get(`${of} ${kind}`) ?? 1
      const used = await count(of, slice, slicing.sliceMs, requests)
      // What needs more than a slice holds goes first in one, or never.
      if (used > slicing.perSlice && used > requests) {
        return { waitMs: (slice + 1) * slicing.sliceMs - at, requests }
      }
      await owe(of, slice, slicing, used - slicing.perSlice)
      return { waitMs: 0, requests }
    },
    async made(allowance, kind, turn, exchanges) {
      const { of } = allowance
      const requests = costOf(allowance, exchanges)
      needs.set(`${of} ${kind}`, Math.max(1, requests))
      const slicing = slicingOf(allowance)
      const slice = Math.floor(now().getTime() / slicing.sliceMs)
      try {
        await owe(of, slice, slicing, requests - turn.requests)
      } catch (err) {
        log.warn({ stage: 'requests.not_counted', of, requests, err })
      }
    },
  }
}

/** Of reads and writes that are counted apart, what there is more of: then neither of both goes beyond the limit. */
function costOf({ readsApart }: Rate, exchanges: readonly Pick<CapturedExchange, 'method'>[]): number {
  const reads = exchanges.filter(({ method }) => method === 'GET' || method === 'HEAD').length
  return readsApart ? Math.max(reads, exchanges.length - reads) : exchanges.length
}

interface Slicing {
  sliceMs: number
  perSlice: number
}

function slicingOf({ requests, perMs }: Rate): Slicing {
  const sliceMs = Math.max(SLICE_MS, Math.ceil(perMs / requests))
  return { sliceMs, perSlice: Math.max(1, Math.floor((requests * sliceMs) / perMs)) }
}

import type { OpenConnection } from '../connections/connection-directory.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'

/** How much of its vendor's rate limit a connection has left, counted over all processes. */
export interface SendBudget {
  /** 0 when an attempt may start now; otherwise how long to wait before asking again, in ms. */
  take(connectionId: string, rate: { requests: number; perMs: number }): Promise<number>
}

/** What may be asked of a connection's vendor: its own limit, else the connector's; absent where there is none. */
export function rateOf({
  connection,
  connector,
}: Pick<OpenConnection, 'connection' | 'connector'>): { requests: number; perMs: number } | undefined {
  const { requests, perMs } = connection.limits ?? {}
  return requests && perMs ? { requests, perMs } : connector.limits?.rate
}

interface BudgetDoc {
  _id: string
  used: number
  until: Date
}

const SLICE_MS = 1_000

/**
 * The limit is spent in slices of a second (longer ones where the limit is below one per second), so that no process
 * can use up a minute's worth at once.
 */
export function createSendBudget(database: DatabaseConnection, now: () => Date): SendBudget {
  const slices = database.collection<BudgetDoc>('send_budgets')
  return {
    async take(connectionId, { requests, perMs }) {
      const sliceMs = Math.max(SLICE_MS, Math.ceil(perMs / requests))
      const perSlice = Math.max(1, Math.floor((requests * sliceMs) / perMs))
      const at = now().getTime()
      const slice = Math.floor(at / sliceMs)
      const end = (slice + 1) * sliceMs
      const doc = await slices.findOneAndUpdate(
        { _id: `${connectionId}/${slice}` },
        { $inc: { used: 1 }, $setOnInsert: { until: new Date(end + 60_000) } },
        { upsert: true, returnDocument: 'after' },
      )
      return (doc?.used ?? 1) <= perSlice ? 0 : end - at
    },
  }
}

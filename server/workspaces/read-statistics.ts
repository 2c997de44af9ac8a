import type { WorkspaceDeps } from '../deps.ts'
import { deliveryStates } from '../deliveries/delivery-state.ts'
import { receiptStates } from '../receipts/receipt-state.ts'
import type { StatePoint } from '../platform/count-states.ts'

export interface StateTotal {
  state: string
  count: number
}

export interface Statistics {
  since: Date
  receipts: StatePoint[]
  deliveries: StatePoint[]
  /** Of the whole period, each state at most 10,000. */
  deliveryTotals: StateTotal[]
  receiptTotals: StateTotal[]
  /** True where only the newest were counted. */
  isCapped: boolean
  openReceipts: number
  openDeliveries: number
}

/** Not more rows are read for an overview, however busy the hub is. */
export const COUNTED_MAX = 5_000
const OPEN_MAX = 10_000
const TOTAL_MAX = 10_000
const CONNECTIONS_MAX = 1_000

/** What happened lately, from the newest rows of the period. */
export async function readStatistics(
  deps: Pick<WorkspaceDeps, 'receipts' | 'deliveries' | 'connections' | 'now'>,
  { hours, step }: { hours: number; step: 'hour' | 'day' },
): Promise<Statistics> {
  const since = new Date(deps.now().getTime() - hours * 3_600_000)
  const connections = await deps.connections.page(undefined, CONNECTIONS_MAX)
  const connectionIds = connections.map(({ id }) => id)
  const [receipts, deliveries, receiptTotals, deliveryTotals, openReceipts, openDeliveries] =
    await Promise.all([
      deps.receipts.statistics(since, step, COUNTED_MAX),
      deps.deliveries.statistics(since, step, COUNTED_MAX),
      totals(receiptStates, 'done', (state, limit) =>
        deps.receipts.countAt(connectionIds, state, since, limit),
      ),
      totals(deliveryStates, 'delivered', (state, limit) =>
        deps.deliveries.count({ ...(state ? { states: [state] } : {}), from: since }, limit),
      ),
      deps.receipts.countOpen(OPEN_MAX),
      deps.deliveries.countOpen(connectionIds, OPEN_MAX),
    ])
  const isCapped = [receipts, deliveries].some((points) => sum(points) >= COUNTED_MAX)
  return {
    since,
    receipts,
    deliveries,
    receiptTotals,
    deliveryTotals,
    isCapped,
    openReceipts,
    openDeliveries,
  }
}

/**
 * States in which nothing is are left out. The usual one is what the others leave of all: no index holds it apart, and
 * to look at ten thousand rows for a number is dear.
 */
async function totals<State extends string>(
  states: readonly State[],
  usual: State,
  count: (state: State | undefined, limit: number) => Promise<number>,
): Promise<StateTotal[]> {
  const others = await Promise.all(
    states.map(async (state) => ({ state, count: state === usual ? 0 : await count(state, TOTAL_MAX) })),
  )
  const rest = others.some((other) => other.count >= TOTAL_MAX)
    ? await count(usual, TOTAL_MAX)
    : (await count(undefined, TOTAL_MAX + sum(others))) - sum(others)
  return others
    .map((total) => (total.state === usual ? { state: usual, count: rest } : total))
    .filter((total) => total.count > 0)
}

function sum(counted: readonly { count: number }[]): number {
  return counted.reduce((total, { count }) => total + count, 0)
}

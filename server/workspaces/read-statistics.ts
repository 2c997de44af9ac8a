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
      totals(receiptStates, (state) => deps.receipts.countAt(connectionIds, state, since, TOTAL_MAX)),
      totals(deliveryStates, (state) => deps.deliveries.count({ states: [state], from: since }, TOTAL_MAX)),
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

/** States in which nothing is are left out. */
async function totals<State extends string>(
  states: readonly State[],
  count: (state: State) => Promise<number>,
): Promise<StateTotal[]> {
  const counted = await Promise.all(states.map(async (state) => ({ state, count: await count(state) })))
  return counted.filter((total) => total.count > 0)
}

function sum(points: readonly StatePoint[]): number {
  return points.reduce((total, { count }) => total + count, 0)
}

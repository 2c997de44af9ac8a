import type { WorkspaceDeps } from '../deps.ts'
import type { StatePoint } from '../platform/count-states.ts'

export interface Statistics {
  since: Date
  receipts: StatePoint[]
  deliveries: StatePoint[]
  /** True where only the newest were counted. */
  isCapped: boolean
  openReceipts: number
  openDeliveries: number
}

/** Not more rows are read for an overview, however busy the hub is. */
export const COUNTED_MAX = 20_000
const OPEN_MAX = 10_000
const CONNECTIONS_MAX = 1_000

/** What happened lately, from the newest rows of the period. */
export async function readStatistics(
  deps: Pick<WorkspaceDeps, 'receipts' | 'deliveries' | 'connections' | 'now'>,
  { hours, step }: { hours: number; step: 'hour' | 'day' },
): Promise<Statistics> {
  const since = new Date(deps.now().getTime() - hours * 3_600_000)
  const connections = await deps.connections.page(undefined, CONNECTIONS_MAX)
  const [receipts, deliveries, openReceipts, openDeliveries] = await Promise.all([
    deps.receipts.statistics(since, step, COUNTED_MAX),
    deps.deliveries.statistics(since, step, COUNTED_MAX),
    deps.receipts.countOpen(OPEN_MAX),
    deps.deliveries.countOpen(
      connections.map(({ id }) => id),
      OPEN_MAX,
    ),
  ])
  const isCapped = [receipts, deliveries].some((points) => sum(points) >= COUNTED_MAX)
  return { since, receipts, deliveries, isCapped, openReceipts, openDeliveries }
}

function sum(points: readonly StatePoint[]): number {
  return points.reduce((total, { count }) => total + count, 0)
}

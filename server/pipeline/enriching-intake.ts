import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory, OpenConnection } from '../connections/connection-directory.ts'
import type { Logger } from '../platform/logger.ts'
import type { ReceiptItem } from './process-receipts.ts'

/**
 * Receipts of vendors that have to be asked for more go a way of their own, one for each connection: such a vendor may
 * be slow or away for minutes, and nobody else is to wait for it.
 */
export interface EnrichingIntake {
  /** Takes these receipts out of a batch and returns the others. */
  sortOut(batch: ReceiptItem[]): Promise<ReceiptItem[]>
  size(): number
}

const BATCH_MAX = 16
const RETRY_MS = 1_000

export function createEnrichingIntake(deps: {
  connections: ConnectionDirectory
  work: (batch: ReceiptItem[]) => Promise<void>
  holds: (partition: number) => boolean
  sleep: (ms: number) => Promise<void>
  log: Logger
}): EnrichingIntake {
  const lines = new Map<string, ReceiptItem[]>()
  const known = new Set<string>()

  async function run(connectionId: string, line: ReceiptItem[]): Promise<void> {
    while (line.length > 0) {
      const batch = line.slice(0, BATCH_MAX).filter(({ partition }) => deps.holds(partition))
      try {
        if (batch.length > 0) await deps.work(batch)
        for (const { id } of line.splice(0, BATCH_MAX)) known.delete(id)
      } catch (err) {
        deps.log.error({ stage: 'pipeline.batch_failed', connection: connectionId, err })
        await deps.sleep(RETRY_MS)
      }
    }
    lines.delete(connectionId)
  }

  return {
    async sortOut(batch) {
      const others: ReceiptItem[] = []
      for (const item of batch) {
        const open = await deps.connections.byId(item.turn)
        if (!isUsable(open) || !asksItsVendor(open)) {
          others.push(item)
        } else if (!known.has(item.id)) {
          known.add(item.id)
          const line = lines.get(item.turn)
          if (line) {
            line.push(item)
          } else {
            const fresh = [item]
            lines.set(item.turn, fresh)
            // Begun after the whole batch has been sorted, so that it starts with all there is.
            setImmediate(() => void run(item.turn, fresh))
          }
        }
      }
      return others
    },
    size: () => known.size,
  }
}

function asksItsVendor({ connector, credentials }: OpenConnection): boolean {
  return connector.enrich !== undefined && (connector.canEnrich?.(credentials[0]) ?? true)
}

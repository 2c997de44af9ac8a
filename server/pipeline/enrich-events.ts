import { httpOver } from '#sdk'
import type { EventDraft, Http } from '#sdk'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory, OpenConnection } from '../connections/connection-directory.ts'
import type { Logger } from '../platform/logger.ts'
import type { Receipt } from '../receipts/receipt-store.ts'
import { classifyFailure } from './classify-failure.ts'
import { httpOf } from './deliver.ts'
import type { DeliverDeps } from './deliver.ts'
import { allowanceOf } from './send-budget.ts'
import type { SendBudget } from './send-budget.ts'
import { createWaitForTurn } from './wait-for-turn.ts'

/** Completes an event by asking its vendor; `undefined` where the connector has nothing to ask. */
export type EnrichEvents = (
  receipt: Receipt,
  draft: EventDraft,
) => Promise<{ draft: EventDraft; notEnriched?: true } | undefined>

/** Counted from arrival: after this an event goes on without what the vendor would have added. */
const ENRICH_MS_MAX = 5 * 60_000
const PAUSES_MS = [1_000, 5_000, 15_000, 30_000]

/**
 * Asks the vendors that send only ids for the rest, and as fast as their rate limit allows: what was done a thousand times
 * at once in a tool is told in a moment. Where they are away they are asked again for five minutes.
 */
export function createEnrichEvents(
  deps: DeliverDeps & {
    connections: ConnectionDirectory
    sendBudget: SendBudget
    log: Logger
    sleep: (ms: number) => Promise<void>
  },
): EnrichEvents {
  const waitForTurn = createWaitForTurn(deps)

  /** Most events need nothing asked: only a request takes a turn. */
  function pacedHttp(open: OpenConnection): Http {
    const allowance = allowanceOf(open)
    return httpOver(async (method, path, options) => {
      if (allowance) await waitForTurn(allowance, 'enrich')
      return httpOf(deps, open, []).request(method, path, options)
    })
  }

  return async (receipt, draft) => {
    const open = await deps.connections.byId(receipt.connectionId)
    if (!isUsable(open) || !open.connector.enrich) return undefined
    // Nobody signs in within the minutes that an event may wait.
    if (open.needsSignIn) return { draft, notEnriched: true }
    for (let attempt = 0; ; attempt++) {
      try {
        const more = await open.connector.enrich({ http: pacedHttp(open), auth: open.credentials[0] }, draft)
        if (!more) return undefined
        return {
          draft: {
            ...draft,
            contact: { ...draft.contact, ...more.contact },
            properties: { ...draft.properties, ...more.properties },
          },
        }
      } catch (err) {
        const pause = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0
        const isLate = deps.now().getTime() + pause - receipt.receivedAt.getTime() > ENRICH_MS_MAX
        // A key that may not ask is told the same each time, while everything after it waits.
        const giveUp = isLate || classifyFailure(err, open.connector, deps.now()).class !== 'retry'
        deps.log.warn({ stage: 'event.not_enriched', receipt: receipt.id, attempt, final: giveUp, err })
        if (giveUp || deps.stopping.aborted) return { draft, notEnriched: true }
        await deps.sleep(pause)
      }
    }
  }
}

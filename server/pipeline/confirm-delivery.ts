import type { Collection, UpdateFilter } from 'mongodb'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory } from '../connections/connection-directory.ts'
import { toDelivery } from '../deliveries/delivery-doc.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import { confirmPausesMs } from '../deliveries/next-state.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import type { Leases } from '../platform/leases.ts'
import type { LiveFeed } from '../platform/live-feed.ts'
import type { Logger } from '../platform/logger.ts'
import { httpOf } from './deliver.ts'
import type { DeliverDeps } from './deliver.ts'
import { allowanceOf } from './send-budget.ts'
import type { SendBudget } from './send-budget.ts'

export interface ConfirmDeps extends DeliverDeps {
  deliveries: Collection<DeliveryDoc>
  connections: ConnectionDirectory
  leases: Pick<Leases, 'token'>
  sendBudget: SendBudget
  live: LiveFeed
  log: Logger
}

/**
 * Asks the vendor whether a doubtful delivery arrived: found means delivered; absent at every one of the three times
 * means that it may be sent again; anything else leaves the decision to a person.
 */
export async function confirmDelivery(deps: ConfirmDeps, doc: DeliveryDoc): Promise<void> {
  const delivery = toDelivery(doc)
  const open = await deps.connections.byId(delivery.connectionId)
  const action = isUsable(open) ? open.connector.actions[delivery.actionId] : undefined
  if (isUsable(open) && open.needsSignIn) {
    // Nobody can be asked; that is no answer, and uses up none of the questions.
    const dueAt = new Date(deps.now().getTime() + confirmPausesMs[2])
    await deps.deliveries.updateOne({ _id: doc._id, state: 'unconfirmed' }, { $set: { dueAt } })
    return
  }
  const doubt = { since: delivery.attempts.at(-1)?.startedAt ?? delivery.createdAt, key: delivery.id }
  const exchanges: CapturedExchange[] = []
  const answer =
    isUsable(open) && action?.confirm
      ? await action
          .confirm(
            { http: httpOf(deps, open, exchanges), auth: open.credentials[0] },
            delivery.input ?? {},
            doubt,
          )
          .catch((err: unknown) => {
            deps.log.warn({ stage: 'delivery.not_confirmed', delivery: delivery.id, err })
            return { outcome: 'unknown' as const }
          })
      : { outcome: 'unknown' as const }

  // Its vendor counts a question like anything else.
  const allowance = isUsable(open) ? allowanceOf(open) : undefined
  if (allowance)
    await deps.sendBudget.made(allowance, `confirm:${delivery.actionId}`, { requests: 0 }, exchanges)

  const asked = delivery.confirmations + 1
  const pause = confirmPausesMs[asked]
  const at = deps.now()
  const change = changeFor()
  await deps.deliveries.updateOne(
    { _id: doc._id, state: 'unconfirmed', confirmations: doc.confirmations },
    change,
  )
  deps.log.info({ stage: 'delivery.confirmed', delivery: delivery.id, answer: answer.outcome, asked })
  deps.live.publish({ workspaceId: delivery.workspaceId, kind: 'delivery', id: delivery.id })

  function changeFor(): UpdateFilter<DeliveryDoc> {
    const seen = { updatedAt: at, confirmations: asked, fence: deps.leases.token(doc.partition) }
    if (answer.outcome === 'found') {
      const output = JSON.stringify(answer.output ?? {})
      // Due, so that the steps that wait for it go on.
      return { $set: { ...seen, state: 'delivered', output, dueAt: at }, $unset: { reason: 1 } }
    }
    // One "unknown" in between is no proof of absence.
    const absences = answer.outcome === 'absent' ? asked : -1
    if (absences === confirmPausesMs.length) {
      // The next doubt is another one, and is asked after as often.
      return { $set: { ...seen, confirmations: 0, state: 'retrying', dueAt: at, open: true } }
    }
    if (answer.outcome === 'absent' && pause !== undefined) {
      return { $set: { ...seen, dueAt: new Date(at.getTime() + pause) } }
    }
    return { $set: seen, $unset: { dueAt: 1 } }
  }
}

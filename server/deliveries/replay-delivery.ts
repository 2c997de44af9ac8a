import type { WorkspaceDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { namedId } from '../platform/named-id.ts'
import type { Numbers } from '../platform/numbers.ts'
import { DeliveryArrivedAlready, DeliveryNotFound, DeliveryStateUnsuitable } from './delivery-errors.ts'
import { troubledStates } from './delivery-state.ts'
import type { DeliveryState } from './delivery-state.ts'
import type { Delivery } from './delivery.ts'

/** Whoever gives a delivery up for another has so long to add that one; then due work does. */
const REPLACED_MS_MAX = 60_000

/** Places in the order of deliveries between one event and the next. */
const STEPS_MAX = 1_000

export interface ReplayOptions {
  /** Sends again what has arrived; `again` tells one such wish from another. */
  evenIfDelivered?: { again: string }
  /** Gives way to what is new: for many at once. */
  low?: boolean
}

type Deps = Pick<WorkspaceDeps, 'deliveries' | 'flows' | 'live' | 'workspaceId' | 'now'>

/**
 * Puts a new delivery in the place of one that ended badly: mapped again, with a key of its own, at the tail of its
 * lane. The new one is named after what it replaces, so that asking twice, or dying half-way, makes one and not two.
 * Throws `DeliveryStateUnsuitable` where somebody has decided otherwise, also a moment ago.
 */
export async function replayDelivery(
  deps: Deps,
  eventNumbers: Numbers,
  id: string,
  options: ReplayOptions = {},
): Promise<Delivery> {
  const delivery = await deps.deliveries.find(id)
  if (!delivery) throw new DeliveryNotFound(id)
  if (delivery.state === 'delivered' && !options.evenIfDelivered) throw new DeliveryArrivedAlready()
  // An unconfirmed one may have arrived; whether it is sent again is decided by resolving it.
  const allowed: readonly DeliveryState[] = troubledStates.filter((state) => state !== 'unconfirmed')
  if (delivery.state !== 'delivered' && !allowed.includes(delivery.state)) {
    throw new DeliveryStateUnsuitable(delivery.state, allowed)
  }
  return replaceDelivery(deps, eventNumbers, delivery, options)
}

/** The same for a delivery at hand whose state was looked at a while ago. */
export async function replaceDelivery(
  deps: Deps,
  eventNumbers: Numbers,
  old: Delivery,
  { evenIfDelivered, low }: ReplayOptions = {},
): Promise<Delivery> {
  if (old.state === 'delivered' && evenIfDelivered) {
    const id = namedId('dlv', old.id, 'replay', evenIfDelivered.again)
    return addReplacement(deps, eventNumbers, old, { id, low })
  }
  const id = replacementOf(old)
  const reason = { code: 'replayed', data: { by: id } }
  await giveWay(deps, old, reason)
  const added = await addReplacement(deps, eventNumbers, old, { id, low })
  await noLongerDue(deps, old.id, reason)
  return added
}

/** For one that was given up for its replacement by a process that died before it had added that. */
export async function finishReplacement(deps: Deps, eventNumbers: Numbers, old: Delivery): Promise<void> {
  const id = replacedBy(old)
  if (id !== undefined) await addReplacement(deps, eventNumbers, old, { id })
  await noLongerDue(deps, old.id, old.reason)
}

/** The name of what takes its place, if anything does. */
export function replacementOf({ id }: Delivery): string {
  return namedId('dlv', id, 'replay')
}

/** What a delivery was given up for, if it was: that one is there, or about to be added. */
function replacedBy(old: Delivery): string | undefined {
  const { state, reason } = old
  const id = replacementOf(old)
  return state === 'cancelled' && reason?.code === 'replayed' && reason.data?.['by'] === id ? id : undefined
}

/**
 * Gives a delivery up for its replacement, unless it has left the state in which it was seen: then whoever came first
 * has decided. It is due until the replacement has been added, which must not be sent before this is decided.
 */
async function giveWay({ deliveries, now }: Deps, old: Delivery, reason: Reason): Promise<void> {
  const at = now()
  const dueAt = new Date(at.getTime() + REPLACED_MS_MAX)
  if (await deliveries.move(old.id, [old.state], { state: 'cancelled', reason, dueAt, at })) return
  const found = await deliveries.find(old.id)
  if (!found) throw new DeliveryNotFound(old.id)
  if (replacedBy(found) === undefined) throw new DeliveryStateUnsuitable(found.state, [old.state])
}

async function noLongerDue(
  { deliveries, live, workspaceId, now }: Deps,
  id: string,
  reason: Reason | undefined,
): Promise<void> {
  await deliveries.move(id, ['cancelled'], { state: 'cancelled', ...(reason ? { reason } : {}), at: now() })
  live.publish({ workspaceId, kind: 'delivery', id })
}

async function addReplacement(
  deps: Deps,
  eventNumbers: Numbers,
  old: Delivery,
  { id, low }: { id: string; low?: boolean | undefined },
): Promise<Delivery> {
  const now = deps.now()
  const replacement: Delivery = {
    id,
    workspaceId: old.workspaceId,
    runId: old.runId,
    flowId: old.flowId,
    flowVersion: old.flowVersion,
    stepId: old.stepId,
    occurrence: old.occurrence,
    eventId: old.eventId,
    ...(old.contactId ? { contactId: old.contactId } : {}),
    connectionId: old.connectionId,
    connectorId: old.connectorId,
    connectorVersion: old.connectorVersion,
    actionId: old.actionId,
    mappingId: await mappingOf(deps, old),
    state: 'queued',
    attempts: [],
    attemptsUsed: 0,
    confirmations: 0,
    dueAt: now,
    replayOf: old.id,
    // Where order means nothing, every delivery is a lane of its own.
    lane: old.lane === old.id ? id : old.lane,
    position: (await eventNumbers.take(1)) * STEPS_MAX,
    ...(low ? { low: true } : {}),
    ...(old.trace ? { trace: old.trace } : {}),
    createdAt: now,
    updatedAt: now,
  }
  await deps.deliveries.add(replacement)
  // Its sender may have got through a moment ago, when there was nothing here yet that could be called off.
  if (old.state !== 'delivered' && (await deps.deliveries.find(old.id))?.state === 'delivered') {
    const reason = { code: 'arrived_after_all', data: { delivery: old.id } }
    await deps.deliveries.move(id, ['queued'], { state: 'cancelled', reason, at: deps.now() })
  }
  deps.live.publish({ workspaceId: deps.workspaceId, kind: 'delivery', id })
  return (await deps.deliveries.find(id)) ?? replacement
}

/** Mended in the flow: its published step may use another mapping for the same action by now. */
export async function mappingOf({ flows }: Pick<Deps, 'flows'>, old: Delivery): Promise<string> {
  const flow = await flows.find(old.flowId)
  const version =
    flow?.publishedVersion === undefined ? undefined : await flows.version(flow.id, flow.publishedVersion)
  const step = version?.definition.steps.find(({ id }) => id === old.stepId)
  const isSame = step?.connectionId === old.connectionId && step.actionId === old.actionId
  return step && isSame ? step.mappingId : old.mappingId
}

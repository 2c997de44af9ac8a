import { troubledStates } from '../deliveries/delivery-state.ts'
import type { DeliveryState } from '../deliveries/delivery-state.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { FlowNotFound } from '../flows/flow-errors.ts'
import { InputInvalid } from '../input-invalid.ts'
import type { ReceiptState } from '../receipts/receipt-state.ts'
import { FlowStillPaused, NothingToReplay } from './replay-errors.ts'
import type { ReplayTarget } from './replay-store.ts'

type ReceiptFilter = Parameters<WorkspaceDeps['receipts']['oldest']>[0]
type DeliveryFilter = Parameters<WorkspaceDeps['deliveries']['oldest']>[0]
type Pause = Parameters<WorkspaceDeps['events']['keptOut']>[0]
type TargetOf<Kind extends ReplayTarget['kind']> = Extract<ReplayTarget, { kind: Kind }>

/** What has been worked through, well or badly; `stored` ones are still on their way. */
const workedThrough: readonly ReceiptState[] = ['done', 'not_understood', 'duplicate', 'refused']
const mendable: readonly DeliveryState[] = troubledStates.filter((state) => state !== 'unconfirmed')

/** What a person asks to replay; without states, everything of its kind that can be. */
export interface ReplayWish {
  connectionId?: string | null
  from?: Date | null
  to?: Date | null
}

/** Throws `InputInvalid`. */
export function receiptTarget(wish: ReplayWish & { states?: ReceiptState[] | null }): TargetOf<'receipts'> {
  const states = wish.states ?? [...workedThrough]
  const wrong = states.filter((state) => !workedThrough.includes(state))
  if (wrong.length > 0 || states.length === 0) {
    throw new InputInvalid([{ path: 'states', message: `can hold ${workedThrough.join(', ')}` }])
  }
  return { kind: 'receipts', states, ...common(wish) }
}

/** Throws `InputInvalid`: also where what has arrived is to be sent again without saying so. */
export function deliveryTarget(
  wish: ReplayWish & { flowId?: string | null; states?: DeliveryState[] | null; evenIfDelivered: boolean },
): TargetOf<'deliveries'> {
  const allowed: readonly DeliveryState[] = wish.evenIfDelivered ? [...mendable, 'delivered'] : mendable
  const states = wish.states ?? [...mendable]
  const wrong = states.filter((state) => !allowed.includes(state))
  if (wrong.length > 0 || states.length === 0) {
    const message = `can hold ${allowed.join(', ')}${wish.evenIfDelivered ? '' : '; and delivered together with evenIfDelivered'}`
    throw new InputInvalid([{ path: 'states', message }])
  }
  const flowId = parseId('flowId', wish.flowId)
  return {
    kind: 'deliveries',
    states,
    ...(flowId ? { flowId } : {}),
    ...(wish.evenIfDelivered ? { evenIfDelivered: true } : {}),
    ...common(wish),
  }
}

/** What a pause of a flow kept out: the last one, or the one that began at `pausedAt`. */
export async function pauseTarget(
  { flows }: Pick<WorkspaceDeps, 'flows'>,
  { flowId, pausedAt }: { flowId: string; pausedAt?: Date | null },
): Promise<TargetOf<'events'>> {
  const flow = await flows.find(flowId)
  if (!flow) throw new FlowNotFound(flowId)
  if (flow.state === 'paused') throw new FlowStillPaused()
  const since = pausedAt ?? flow.pausedAt
  if (!since) throw new NothingToReplay()
  return { kind: 'events', flowId, since: since.toISOString() }
}

function common({ from, to, ...wish }: ReplayWish): {
  connectionId?: string
  from?: string
  to?: string
} {
  const connectionId = parseId('connectionId', wish.connectionId)
  return {
    ...(connectionId ? { connectionId } : {}),
    ...(from ? { from: from.toISOString() } : {}),
    ...(to ? { to: to.toISOString() } : {}),
  }
}

/** One that is empty comes of a variable that somebody forgot to fill: taken for none, it would replay everything. */
function parseId(path: string, given: string | null | undefined): string | undefined {
  if (given === '') throw new InputInvalid([{ path, message: 'is empty: name one, or leave it out' }])
  return given ?? undefined
}

/** Nothing that came after `until` is part of a replay, or it would go over its own work. */
export function receiptFilter(
  { connectionId, states, from, to }: TargetOf<'receipts'>,
  until: Date,
): ReceiptFilter {
  return { connectionId, states, from: from ? new Date(from) : undefined, to: earlier(to, until) }
}

export function deliveryFilter(
  { connectionId, flowId, states, from, to }: TargetOf<'deliveries'>,
  until: Date,
): DeliveryFilter {
  return { connectionId, flowId, states, from: from ? new Date(from) : undefined, to: earlier(to, until) }
}

export function pauseOf({ flowId, since }: TargetOf<'events'>): Pause {
  return { flowId, since: new Date(since) }
}

function earlier(to: string | undefined, until: Date): Date {
  const end = to ? new Date(to) : until
  return end < until ? end : until
}

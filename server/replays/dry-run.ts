import { applyMapping } from '../../mappings/apply-mapping.ts'
import type { InputProblem } from '../../mappings/apply-mapping.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { mappingOf } from '../deliveries/replay-delivery.ts'
import { storedMappingInput } from '../pipeline/map-later.ts'
import { matchFlows } from '../pipeline/match-flows.ts'
import { normaliseReceipt } from '../pipeline/normalise-receipt.ts'
import { whyNotReplayable } from '../receipts/replay-receipt.ts'
import type { NotReplayable } from '../receipts/receipt-errors.ts'
import { deliveryFilter, pauseOf, receiptFilter } from './replay-filter.ts'
import type { ReplayTarget } from './replay-store.ts'

/** So many are shown side by side. */
const SAMPLE_MAX = 20
/** So many later events of a contact are looked through for a newer delivery. */
const LATER_MAX = 20

type Receipt = Awaited<ReturnType<WorkspaceDeps['receipts']['oldest']>>[number]
type Delivery = Awaited<ReturnType<WorkspaceDeps['deliveries']['oldest']>>[number]
type HubEvent = Awaited<ReturnType<WorkspaceDeps['events']['keptOut']>>[number]

/** What would become of one delivery: the input that was, and the one that would be. */
export interface DeliverySample {
  delivery: Delivery
  oldInput: Record<string, unknown> | undefined
  newInput: Record<string, unknown> | undefined
  problems: InputProblem[]
  /** The request that would be made, where the action can say so beforehand. */
  request: { method: string; path: string; json?: unknown } | undefined
  isChanged: boolean
  /** Something newer about the same contact has gone to the same destination meanwhile. */
  hasNewer: boolean
}

/** What one receipt would mean now, event by event. */
export interface ReceiptSample {
  receipt: Receipt
  because: NotReplayable | undefined
  reason: { code: string; data?: Record<string, unknown> } | undefined
  events: { name: string; key: string; change: 'fresh' | 'same' | 'changed'; old: unknown; new: unknown }[]
}

/** What would become of one event that a pause kept out. */
export interface KeptOutSample {
  event: HubEvent
  outcome: HubEvent['matches'][number]['outcome']
  reason: HubEvent['matches'][number]['reason']
}

/** Nothing is stored and nothing is sent; only recorded clocks are used. */
export async function sampleDeliveries(
  deps: Pick<WorkspaceDeps, 'deliveries' | 'events' | 'flows' | 'formulas' | 'connectors' | 'hub' | 'now'>,
  target: Extract<ReplayTarget, { kind: 'deliveries' }>,
): Promise<DeliverySample[]> {
  const now = deps.now()
  const deliveries = await deps.deliveries.oldest(deliveryFilter(target, now), undefined, SAMPLE_MAX)
  return Promise.all(
    deliveries.map(async (delivery): Promise<DeliverySample> => {
      const oldInput = delivery.input
      const base = { delivery, oldInput, hasNewer: await hasNewer(deps, delivery) }
      const destination = await deps.hub.connections.byId(delivery.connectionId)
      const mapping = await deps.hub.mappings.byId(await mappingOf(deps, delivery))
      const action = deps.connectors.get(delivery.connectorId)?.actions[delivery.actionId]
      const clock = delivery.mappedAt ?? now
      const input =
        mapping && (await storedMappingInput(deps.hub, delivery, clock, mapping.compiled.readsRaw))
      if (!destination || !mapping || !action || !input) {
        return {
          ...base,
          newInput: undefined,
          problems: [missing(!destination ? 'connection' : mapping && action ? 'event' : 'mapping')],
          request: undefined,
          isChanged: true,
        }
      }
      const applied = applyMapping(await mapping.compiled.run(input, deps.formulas), action.input)
      const newInput = applied.ok ? applied.input : undefined
      return {
        ...base,
        newInput,
        problems: applied.ok ? [] : applied.problems,
        request: applied.ok ? action.request?.(applied.input) : undefined,
        isChanged: JSON.stringify(newInput) !== JSON.stringify(oldInput),
      }
    }),
  )
}

const withoutIt = {
  connection: 'The connection that this delivery goes to has been deleted.',
  event: 'The event that this delivery was made from has been erased.',
  mapping: 'The mapping or its action no longer exists. Choose another one in the flow.',
}

function missing(what: keyof typeof withoutIt): InputProblem {
  return {
    field: '',
    label: '',
    code: 'value_not_accepted',
    data: { missing: what },
    message: withoutIt[what],
  }
}

async function hasNewer(
  { events, deliveries }: Pick<WorkspaceDeps, 'events' | 'deliveries'>,
  { id, contactId, connectionId, createdAt }: Delivery,
): Promise<boolean> {
  if (!contactId) return false
  const later = await events.page({ contactId, from: createdAt }, undefined, LATER_MAX)
  const eventIds = later.map((event) => event.id)
  if (eventIds.length === 0) return false
  const newer = await deliveries.page({ eventIds, connectionId, states: ['delivered'] }, undefined, 2)
  return newer.some((delivery) => delivery.id !== id && delivery.createdAt > createdAt)
}

export async function sampleReceipts(
  deps: Pick<WorkspaceDeps, 'receipts' | 'events' | 'hub' | 'vault' | 'now'>,
  target: Extract<ReplayTarget, { kind: 'receipts' }>,
): Promise<ReceiptSample[]> {
  const samples: ReceiptSample[] = []
  for (const { id } of await deps.receipts.oldest(receiptFilter(target, deps.now()), undefined, SAMPLE_MAX)) {
    // One body at a time.
    const receipt = await deps.receipts.find(id)
    if (receipt) samples.push(await sampleReceipt(deps, receipt))
  }
  return samples
}

async function sampleReceipt(
  deps: Pick<WorkspaceDeps, 'events' | 'hub' | 'vault'>,
  receipt: Receipt,
): Promise<ReceiptSample> {
  const checked = await whyNotReplayable(deps, receipt)
  if ('because' in checked) return { receipt, reason: undefined, ...checked, events: [] }
  const inbound = checked.inbound ?? receipt.inbound
  const meaning = await normaliseReceipt(
    { connections: deps.hub.connections, vault: deps.vault },
    { ...receipt, ...(inbound ? { inbound } : {}) },
  )
  if (!meaning.understood) return { receipt, because: undefined, reason: meaning.reason, events: [] }
  const found = await deps.events.findMany(meaning.events.map((event) => event.id))
  const known = new Map(found.map((event) => [event.id, event]))
  const events = meaning.events.map((event) => {
    const before = known.get(event.id)
    const old = before?.draft
    // What another receipt has brought stays as that one tells it.
    const draft = before && before.receiptId !== receipt.id ? before.draft : event.draft
    const isSame = JSON.stringify(old) === JSON.stringify(draft)
    const change = old === undefined ? ('fresh' as const) : isSame ? ('same' as const) : ('changed' as const)
    return { name: event.draft.name, key: event.key, change, old, new: draft }
  })
  return { receipt, because: undefined, reason: meaning.problems[0], events }
}

/** Whether the flow as it is now would run for them, in the order in which they came. */
export async function sampleEvents(
  deps: Pick<WorkspaceDeps, 'events' | 'runs' | 'hub' | 'workspaceId' | 'now'>,
  target: Extract<ReplayTarget, { kind: 'events' }>,
): Promise<KeptOutSample[]> {
  const now = deps.now()
  const flows = await deps.hub.flows.ofWorkspace(deps.workspaceId)
  const flow = flows.find(({ id }) => id === target.flowId)
  const events = await deps.events.keptOut(pauseOf(target), now, undefined, SAMPLE_MAX)
  const samples: KeptOutSample[] = []
  const startedBy = new Map<string, string>()
  for (const event of events) {
    const of = { workspaceId: deps.workspaceId, eventId: event.id }
    const input = flow && (await storedMappingInput(deps.hub, of, now, true))
    const [match] = input ? matchFlows(event, [flow], input).matches : []
    if (!match) continue
    const { runId, outcome, reason } = match
    if (runId !== undefined && !startedBy.has(runId)) {
      startedBy.set(runId, (await deps.runs.find(runId))?.eventId ?? event.id)
    }
    const starter = (runId !== undefined && startedBy.get(runId)) || event.id
    samples.push(
      starter === event.id
        ? { event, outcome, reason }
        : { event, outcome: 'not_matched', reason: { code: 'entered_before', data: { event: starter } } },
    )
  }
  return samples
}

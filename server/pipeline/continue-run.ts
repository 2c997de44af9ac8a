import type { Collection } from 'mongodb'
import { toDelivery } from '../deliveries/delivery-doc.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { FlowDefinition } from '../flows/flow.ts'
import type { FlowDirectory } from '../flows/flow-directory.ts'
import type { Database } from '../platform/mongo.ts'
import { partitionOf } from '../platform/partition.ts'
import type { Dispatcher } from './dispatcher.ts'
import { makeDeliveries } from './make-deliveries.ts'
import type { MakeDeliveriesDeps } from './make-deliveries.ts'
import { storedMappingInput } from './map-later.ts'
import type { MapLaterDeps } from './map-later.ts'
import type { EventStore } from '../events/event-store.ts'

export interface ContinueRunDeps extends MakeDeliveriesDeps, MapLaterDeps {
  database: Pick<Database, 'writes'>
  deliveries: Collection<DeliveryDoc>
  dispatcher: () => Pick<Dispatcher, 'admit' | 'start' | 'abandon'>
  flows: Pick<FlowDirectory, 'version'>
  events: (workspaceId: string) => Pick<EventStore, 'find'>
}

/** Whoever records a success has so long to make what follows; then due work makes it. */
const FOLLOWED_MS_MAX = 60_000

/** By when what follows this delivery is to have been made; nothing where no step waits for it. */
export async function followUpDue(deps: ContinueRunDeps, delivered: Delivery): Promise<Date | undefined> {
  const isAwaited = (await readersOf(deps, delivered)) !== undefined
  return isAwaited ? new Date(deps.now().getTime() + FOLLOWED_MS_MAX) : undefined
}

/**
 * Makes the deliveries of steps whose mappings read the output of a step that has been delivered. Its success has been
 * recorded before, with a due time that goes once they are made: so of two that succeed at the same moment the later
 * sees both outputs, and what a process left undone when it died is found by due work.
 */
export async function continueRun(deps: ContinueRunDeps, delivered: Delivery): Promise<void> {
  await makeFollowing(deps, delivered)
  await deps.deliveries.updateOne({ _id: delivered.id, state: 'delivered' }, { $unset: { dueAt: 1 } })
}

/** The same for one that is due; where it cannot be done, it is not tried again at once with all else that is due. */
export async function continueDueRun(deps: ContinueRunDeps, doc: DeliveryDoc): Promise<void> {
  const dueAt = new Date(deps.now().getTime() + FOLLOWED_MS_MAX)
  await deps.deliveries.updateOne({ _id: doc._id, state: 'delivered' }, { $set: { dueAt } })
  await continueRun(deps, toDelivery(doc))
}

async function makeFollowing(deps: ContinueRunDeps, delivered: Delivery): Promise<void> {
  const definition = await readersOf(deps, delivered)
  if (!definition) return

  const stores = deps.storesOf(delivered.workspaceId)
  const ofRun = { runId: delivered.runId, eventId: delivered.eventId }
  const [event, existing, input] = await Promise.all([
    deps.events(delivered.workspaceId).find(delivered.eventId),
    stores.deliveries.page(ofRun, undefined, 200),
    storedMappingInput(deps, delivered, deps.now(), true),
  ])
  if (!event || !input) return

  const run = {
    id: delivered.runId,
    flowId: delivered.flowId,
    flowVersion: delivered.flowVersion,
    event,
    number: Math.floor(delivered.position / 1_000),
    ...(delivered.low ? { low: true } : {}),
    ...(delivered.trace ? { trace: delivered.trace } : {}),
  }
  const done = new Set(existing.map(({ stepId }) => stepId))
  const made = await makeDeliveries(deps, run, definition, input, input.steps, done)
  const partition = partitionOf(event.contactId ?? event.id)
  const docs = made.map(({ delivery, open }) => deps.dispatcher().admit(delivery, partition, open))
  const before = await deps.database.writes.insertNew(deps.deliveries, docs).catch((err: unknown) => {
    for (const doc of docs) deps.dispatcher().abandon(doc)
    throw err
  })
  docs.forEach((doc, at) => {
    if (before.has(at)) deps.dispatcher().abandon(doc)
    else deps.dispatcher().start(doc)
  })
}

/** The definition of a delivery's flow, where a later step reads its output. */
async function readersOf(
  { flows, mappings }: ContinueRunDeps,
  { flowId, flowVersion, stepId }: Delivery,
): Promise<FlowDefinition | undefined> {
  const definition = await flows.version(flowId, flowVersion)
  const at = definition?.steps.findIndex(({ id }) => id === stepId) ?? -1
  for (const step of definition?.steps.slice(at + 1) ?? []) {
    const reads = (await mappings.byId(step.mappingId))?.compiled.readsSteps ?? []
    if (reads.includes('*') || reads.includes(stepId)) return definition
  }
  return undefined
}

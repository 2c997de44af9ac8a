import type { Collection } from 'mongodb'
import { isUsable } from '../connections/connection-directory.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { FlowDefinition } from '../flows/flow.ts'
import type { FlowDirectory } from '../flows/flow-directory.ts'
import type { Database } from '../platform/mongo.ts'
import { partitionOf } from '../platform/partition.ts'
import type { Dispatcher } from './dispatcher.ts'
import { makeDeliveries } from './make-deliveries.ts'
import type { MakeDeliveriesDeps } from './make-deliveries.ts'
import { outputsOf, storedMappingInput } from './map-later.ts'
import type { MapLaterDeps } from './map-later.ts'
import type { EventStore } from '../events/event-store.ts'

export interface ContinueRunDeps extends MakeDeliveriesDeps, MapLaterDeps {
  database: Pick<Database, 'writes'>
  deliveries: Collection<DeliveryDoc>
  dispatcher: () => Pick<Dispatcher, 'admit' | 'start' | 'abandon'>
  flows: Pick<FlowDirectory, 'version'>
  events: (workspaceId: string) => Pick<EventStore, 'find'>
}

/**
 * Makes the deliveries of steps whose mappings read the output of the step that has just been delivered. It happens
 * before that success is recorded: if the process dies in between, the success is found out again and nothing is lost.
 */
export async function continueRun(
  deps: ContinueRunDeps,
  delivered: Delivery,
  output: Record<string, unknown>,
): Promise<void> {
  const definition = await deps.flows.version(delivered.flowId, delivered.flowVersion)
  if (!definition || !(await somethingReads(deps, definition, delivered.stepId))) return

  const stores = deps.storesOf(delivered.workspaceId)
  const ofRun = { runId: delivered.runId, eventId: delivered.eventId }
  const [event, outputs, existing, input] = await Promise.all([
    deps.events(delivered.workspaceId).find(delivered.eventId),
    outputsOf(stores.deliveries, ofRun),
    stores.deliveries.page(ofRun, undefined, 200),
    storedMappingInput(deps, delivered, deps.now(), true),
  ])
  if (!event || !input) return

  const known: Record<string, unknown> = { ...outputs, [delivered.stepId]: output }
  const run = {
    id: delivered.runId,
    flowId: delivered.flowId,
    flowVersion: delivered.flowVersion,
    event,
    number: Math.floor(delivered.position / 1_000),
    ...(delivered.trace ? { trace: delivered.trace } : {}),
  }
  const done = new Set(existing.map(({ stepId }) => stepId))
  const made = await makeDeliveries(deps, run, definition, { ...input, steps: known }, known, done)
  const partition = partitionOf(event.contactId ?? event.id)
  const docs = made.flatMap(({ delivery, open }) =>
    isUsable(open) ? [deps.dispatcher().admit(delivery, partition, open)] : [],
  )
  const before = await deps.database.writes.insertNew(deps.deliveries, docs).catch((err: unknown) => {
    for (const doc of docs) deps.dispatcher().abandon(doc)
    throw err
  })
  docs.forEach((doc, at) => {
    if (before.has(at)) deps.dispatcher().abandon(doc)
    else deps.dispatcher().start(doc)
  })
}

async function somethingReads(
  { mappings }: ContinueRunDeps,
  definition: FlowDefinition,
  stepId: string,
): Promise<boolean> {
  const at = definition.steps.findIndex(({ id }) => id === stepId)
  for (const step of definition.steps.slice(at + 1)) {
    const reads = (await mappings.byId(step.mappingId))?.compiled.readsSteps ?? []
    if (reads.includes('*') || reads.includes(stepId)) return true
  }
  return false
}

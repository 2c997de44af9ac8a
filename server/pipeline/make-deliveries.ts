import type { AnyAction } from '#sdk'
import type { MappingInput } from '../../mappings/mapping.ts'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory, OpenConnection, Unusable } from '../connections/connection-directory.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { HubEvent } from '../events/event-store.ts'
import type { FlowDefinition, FlowStep } from '../flows/flow.ts'
import type { LiveMapping, MappingDirectory } from '../mappings/mapping-directory.ts'
import { namedId } from '../platform/named-id.ts'
import { unmapped } from './attempt-states.ts'
import { mapInstantly } from './map-input.ts'

export interface MakeDeliveriesDeps {
  connections: ConnectionDirectory
  mappings: MappingDirectory
  now: () => Date
}

/** A delivery and the connection it goes to. */
export interface Made {
  delivery: Delivery
  open: OpenConnection | Unusable
}

/** The run that deliveries are made for. */
export interface RunContext {
  id: string
  flowId: string
  flowVersion: number
  event: HubEvent
  /** Orders the deliveries of a contact: the event's number. */
  number: number
  /** Its deliveries give way to what is new. */
  low?: boolean
  /** What the deliveries' attempts belong to, where traces are kept. */
  trace?: string
}

/** Steps of one run can stand this far apart without meeting the next event's. */
const STEPS_MAX = 1_000

/**
 * The deliveries that a run owes now: those of all steps whose mappings need no output of a step that has not been
 * delivered. `outputs` are the outputs so far, by step id; `done` are the steps whose deliveries exist already.
 */
export async function makeDeliveries(
  deps: MakeDeliveriesDeps,
  run: RunContext,
  definition: FlowDefinition,
  input: MappingInput,
  outputs: Record<string, unknown>,
  done: ReadonlySet<string> = new Set(),
): Promise<Made[]> {
  const made: Made[] = []
  const earlier: string[] = []
  for (const [at, step] of definition.steps.entries()) {
    const mapping = await deps.mappings.byId(step.mappingId)
    const needs = mapping ? stepsNeeded(mapping, earlier) : []
    earlier.push(step.id)
    if (done.has(step.id) || !needs.every((id) => id in outputs)) continue
    const open = await deps.connections.byId(step.connectionId)
    const action = isUsable(open) ? open.connector.actions[step.actionId] : undefined
    // A published flow's connection or action can be gone; its history shows that, and other steps go on. One that
    // cannot be used now may be mended, and gets then what came meanwhile.
    if (!open || (isUsable(open) && !action)) continue
    made.push({ delivery: makeDelivery(deps, { run, step, at, open, action, mapping, input }), open })
  }
  return made
}

/** Ids of the earlier steps whose outputs a mapping reads. */
export function stepsNeeded({ compiled }: LiveMapping, earlier: readonly string[]): readonly string[] {
  return compiled.readsSteps.includes('*')
    ? earlier
    : compiled.readsSteps.filter((id) => earlier.includes(id))
}

function makeDelivery(
  { now }: MakeDeliveriesDeps,
  made: {
    run: RunContext
    step: FlowStep
    at: number
    open: OpenConnection | Unusable
    action: AnyAction | undefined
    mapping: LiveMapping | undefined
    input: MappingInput
  },
): Delivery {
  const { run, step, at, open, action, mapping, input } = made
  const { event } = run
  const id = namedId('dlv', run.id, step.id, 0)
  const createdAt = now()
  const delivery: Delivery = {
    id,
    workspaceId: event.workspaceId,
    runId: run.id,
    flowId: run.flowId,
    flowVersion: run.flowVersion,
    stepId: step.id,
    occurrence: 0,
    eventId: event.id,
    ...(event.contactId ? { contactId: event.contactId } : {}),
    connectionId: step.connectionId,
    connectorId: open.connection.connectorId,
    connectorVersion: isUsable(open) ? open.connector.version : 0,
    actionId: step.actionId,
    mappingId: step.mappingId,
    state: 'queued',
    attempts: [],
    attemptsUsed: 0,
    confirmations: 0,
    lane: laneOf(action, id, event.contactId ?? event.id, step.connectionId),
    position: run.number * STEPS_MAX + at,
    ...(run.low ? { low: true } : {}),
    ...(run.trace ? { trace: run.trace } : {}),
    createdAt,
    updatedAt: createdAt,
  }
  if (!mapping) return { ...delivery, state: 'needs_mapping', reason: { code: 'mapping_missing' } }
  // A formula is evaluated when the delivery's turn comes, so that a slow one holds up nobody else.
  if (!action || !mapping.compiled.instant) return delivery
  const mapped = mapInstantly(mapping, action, input)
  if ('problems' in mapped) return { ...delivery, ...mapped, ...unmapped(mapped, createdAt) }
  return { ...delivery, ...mapped }
}

/** One contact's deliveries to one connection keep their order, unless the action says that order means nothing. */
export function laneOf(
  action: AnyAction | undefined,
  deliveryId: string,
  whose: string,
  connectionId: string,
): string {
  return action?.order === 'none' ? deliveryId : `${whose}/${connectionId}`
}

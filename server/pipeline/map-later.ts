import type { FormulaRunner } from '../../mappings/formula.ts'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory } from '../connections/connection-directory.ts'
import type { ContactStore } from '../contacts/contact-store.ts'
import type { DeliveryStore } from '../deliveries/delivery-store.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { EventStore } from '../events/event-store.ts'
import type { MappingDirectory } from '../mappings/mapping-directory.ts'
import type { Vault } from '../platform/vault.ts'
import type { ReceiptStore } from '../receipts/receipt-store.ts'
import { mapInput } from './map-input.ts'
import type { Mapped } from './map-input.ts'
import { mappingInput } from './mapping-input.ts'
import { rawItem } from './raw-item.ts'
import type { MappingInput } from '../../mappings/mapping.ts'

export interface MapLaterDeps {
  connections: ConnectionDirectory
  mappings: MappingDirectory
  formulas: FormulaRunner
  vault: Vault
  now: () => Date
  storesOf: (workspaceId: string) => {
    events: Pick<EventStore, 'find'>
    contacts: Pick<ContactStore, 'find'>
    deliveries: Pick<DeliveryStore, 'page'>
    receipts: Pick<ReceiptStore, 'find'>
  }
}

/** Maps a delivery from what is stored: one with a formula, one that reads an earlier step, or a corrected one. */
export async function mapLater(deps: MapLaterDeps, delivery: Delivery): Promise<Mapped> {
  const mapping = await deps.mappings.byId(delivery.mappingId)
  const destination = await deps.connections.byId(delivery.connectionId)
  const action = isUsable(destination) ? destination.connector.actions[delivery.actionId] : undefined
  const now = deps.now()
  if (!mapping || !action) {
    const message = 'The mapping or its action no longer exists. Choose another one in the flow.'
    return { mappedAt: now, problems: [{ field: '', code: 'mapping_missing', message }] }
  }
  const input = await storedMappingInput(deps, delivery, now, mapping.compiled.readsRaw)
  if (!input) {
    const message = 'The event that this delivery was made from has been erased.'
    return { mappedAt: now, problems: [{ field: '', code: 'event_missing', message }] }
  }
  return mapInput(mapping, action, input, deps.formulas)
}

/**
 * What a mapping would read for this delivery, from the database. Without a run, its steps hold what any run of the
 * event has got.
 */
export async function storedMappingInput(
  deps: MapLaterDeps,
  { workspaceId, eventId, runId }: Pick<Delivery, 'workspaceId' | 'eventId'> & { runId?: string },
  now: Date,
  withRaw: boolean,
): Promise<MappingInput | undefined> {
  const stores = deps.storesOf(workspaceId)
  const event = await stores.events.find(eventId)
  if (!event) return undefined
  const [contact, source, receipt, outputs] = await Promise.all([
    event.contactId ? stores.contacts.find(event.contactId) : undefined,
    deps.connections.byId(event.connectionId),
    stores.receipts.find(event.receiptId),
    outputsOf(stores.deliveries, { eventId, ...(runId ? { runId } : {}) }),
  ])
  const connection = isUsable(source)
    ? source.connection
    : { id: event.connectionId, name: '', connectorId: event.connectorId }
  const raw =
    withRaw && receipt && isUsable(source) ? rawItem(receipt, event.item, source, deps.vault) : undefined
  return mappingInput({
    event,
    contact,
    connection,
    receivedAt: receipt?.receivedAt ?? event.recordedAt,
    raw: () => raw,
    steps: outputs,
    now,
  })
}

const STEPS_MAX = 200

/** Outputs of what has been delivered so far, by step: of what was sent more than once, that of the last time. */
async function outputsOf(
  deliveries: Pick<DeliveryStore, 'page'>,
  run: { eventId: string; runId?: string },
): Promise<Record<string, unknown>> {
  const delivered = await deliveries.page({ ...run, states: ['delivered'] }, undefined, STEPS_MAX)
  const oldestFirst = delivered.toReversed()
  return Object.fromEntries(oldestFirst.map(({ stepId, output }) => [stepId, output ?? {}]))
}

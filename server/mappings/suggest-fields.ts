import { suggestMapping } from '../../mappings/suggest.ts'
import type { MappingFields } from '../../mappings/mapping.ts'
import { findAction } from '../connectors/find-action.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { EventNotFound } from '../events/event-errors.ts'

/** A first guess for an action's fields; with a real event, what its properties hold counts too. */
export async function suggestFields(
  deps: Pick<WorkspaceDeps, 'connectors' | 'events'>,
  { connectorId, actionId, eventId }: { connectorId: string; actionId: string; eventId?: string | null },
): Promise<MappingFields> {
  const action = findAction(deps.connectors, connectorId, actionId)
  if (!eventId) return suggestMapping(action.input)
  const event = await deps.events.find(eventId)
  if (!event) throw new EventNotFound(eventId)
  const { contact = {}, properties = {} } = event.draft
  return suggestMapping(action.input, { event: { contact, properties } })
}

import { parseInput } from '../input-invalid.ts'
import type { NewId } from '../platform/ids.ts'
import { definitionSchema } from './flow.ts'
import type { FlowDefinition } from './flow.ts'

/** A definition as somebody sends it: new steps have no id yet. */
export interface GivenDefinition {
  trigger: { connectionId?: string | null; events: string[] }
  filter?: unknown
  entry?: string | null
  steps: {
    id?: string | null
    name?: string | null
    connectionId: string
    actionId: string
    mappingId: string
  }[]
}

/**
 * Checks a definition and names its new steps. An id, once given, belongs to its step in all versions to come: by it
 * the hub knows what it has done already. Throws `InputInvalid`.
 */
export function parseDefinition(given: GivenDefinition, newId: NewId): FlowDefinition {
  const { trigger, filter, entry, steps } = given
  return parseInput(
    definitionSchema,
    {
      trigger: {
        events: trigger.events,
        ...(trigger.connectionId ? { connectionId: trigger.connectionId } : {}),
      },
      ...(filter === undefined || filter === null ? {} : { filter }),
      ...(entry ? { entry } : {}),
      steps: steps.map(({ id, name, ...step }) => ({
        kind: 'action',
        id: id ?? newId('stp'),
        ...(name ? { name } : {}),
        ...step,
      })),
    },
    'definition',
  )
}

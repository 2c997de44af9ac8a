import { graphql } from '../../graphql/graphql.ts'
import type { Json, ResultOf } from '../../graphql/graphql.ts'

export const DefinitionFields = graphql(`
  fragment DefinitionFields on FlowDefinition {
    entry
    filter
    trigger {
      connectionId
      events
    }
    steps {
      id
      name
      connectionId
      actionId
      mappingId
      mapping {
        name
      }
    }
  }
`)

export type Entry = 'every_event' | 'once_per_contact'

/** One thing that a flow does. What has not been chosen yet is empty. */
export interface StepDefinition {
  id: string
  name: string
  connectionId: string
  actionId: string
  mappingId: string
}

/** What a flow does, as it is worked on here. */
export interface Definition {
  entry: Entry
  filter: Json | null
  trigger: { connectionId: string | null; events: readonly string[] }
  steps: readonly StepDefinition[]
}

export const emptyDefinition: Definition = {
  entry: 'every_event',
  filter: null,
  trigger: { connectionId: null, events: [] },
  steps: [],
}

/** Field by field: an answer carries the names of its types as well, which the API does not take back. */
export function readDefinition({
  entry,
  filter,
  trigger: { connectionId, events },
  steps,
}: ResultOf<typeof DefinitionFields>): Definition {
  return {
    entry,
    filter,
    trigger: { connectionId, events },
    steps: steps.map(({ id, name, connectionId: to, actionId, mappingId }) => ({
      id,
      name,
      connectionId: to,
      actionId,
      mappingId,
    })),
  }
}

/** As the API takes it. */
export function writeDefinition({ entry, filter, trigger, steps }: Definition) {
  return {
    entry,
    filter,
    trigger: { connectionId: trigger.connectionId, events: [...trigger.events] },
    steps: steps.map((step) => ({ ...step })),
  }
}

/**
 * A step of which nothing is chosen. Its id is made here, so that it can be shown before it is saved; by
 * `getRandomValues`, which pages on plain http have too.
 */
export function newStep(): StepDefinition {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  return { id: `stp_${random.join('')}`, name: '', connectionId: '', actionId: '', mappingId: '' }
}

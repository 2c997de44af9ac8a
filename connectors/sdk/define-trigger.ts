import type { EventName } from './vocabulary.ts'

/** What a flow can start with. */
export interface Trigger {
  name: string
  description: string
  events: readonly EventName[]
}

export function defineTrigger(trigger: Trigger): Trigger {
  return trigger
}

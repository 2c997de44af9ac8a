import type { FailureClass } from '#sdk'
import type { Reason } from '../errors.ts'
import type { DeliveryState } from './delivery-state.ts'

/** One try of a delivery. */
export interface Attempt {
  id: string
  startedAt: Date
  endedAt?: Date
  outcome: 'delivered' | 'failed' | 'unconfirmed' | 'interrupted'
  class?: FailureClass
  reason?: Reason
  status?: number
}

/** One action to be carried out for one step of one run. */
export interface Delivery {
  id: string
  workspaceId: string
  runId: string
  flowId: string
  flowVersion: number
  stepId: string
  /** 0 for the first time the run comes by this step. */
  occurrence: number
  eventId: string
  contactId?: string
  connectionId: string
  connectorId: string
  connectorVersion: number
  actionId: string
  mappingId: string
  mappingVersion?: number
  state: DeliveryState
  reason?: Reason
  /** What is sent, fixed before the first byte leaves; absent until it has been mapped. */
  input?: Record<string, unknown>
  /** Fields to drop if the destination already holds something there. */
  onlyIfEmpty?: string[]
  /** What the destination held there when it was looked at. */
  foundThere?: Record<string, unknown>
  /** The mapping's `now`. */
  mappedAt?: Date
  /** Fields that could not be made, with why. */
  problems?: { field: string; code: string; message: string }[]
  output?: Record<string, unknown>
  attempts: Attempt[]
  /** Attempts that count against the schedule; time spent parked uses up none. */
  attemptsUsed: number
  /** How often `confirm` has been asked since it became unconfirmed. */
  confirmations: number
  /** When something has to be done about it. One that is over and still has it owes what follows or replaces it. */
  dueAt?: Date
  /** The delivery that this one corrects or repeats. */
  replayOf?: string
  /** Lane: deliveries of one contact to one connection, in order. */
  lane: string
  position: number
  /** A replay: gives way to what is new. */
  low?: true
  /** The trace that it belongs to, where traces are kept. */
  trace?: string
  createdAt: Date
  updatedAt: Date
}

import type { Delivery } from '../deliveries/delivery.ts'

/** A delivery in this process's hands. */
export interface Held {
  delivery: Delivery
  partition: number
  /** The document says `sending`. */
  started: boolean
  /** It takes up one of its destination's slots: until the answer has come, not until that is recorded. */
  hasSlot: boolean
  /** Sent although the breaker is open, to see whether the destination has healed. */
  probe?: true
}

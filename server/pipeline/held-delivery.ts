import type { Delivery } from '../deliveries/delivery.ts'
import type { Turn } from './send-budget.ts'

/** A delivery in this process's hands. */
export interface Held {
  delivery: Delivery
  partition: number
  /** The input as it has been stored: it is the largest part of a delivery and need not be written again. */
  storedInput?: Delivery['input']
  /** The document says `sending`. */
  started: boolean
  /** It takes up one of its destination's slots: until the answer has come, not until that is recorded. */
  hasSlot: boolean
  /** What was taken of its connection's rate limit, where there is one. */
  turn?: Pick<Turn, 'requests'> | undefined
  /** Sent to see whether the destination takes again what it refused; although the breaker is open, where it is. */
  probe?: true
}

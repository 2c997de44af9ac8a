import type { DeliveryState } from './DeliveryStatus.tsx'

/** States that a person has to look at. */
export const needsSomebody: readonly DeliveryState[] = ['needs_mapping', 'refused', 'failed', 'unconfirmed']
/** States that go on by themselves. */
export const waits: readonly DeliveryState[] = ['queued', 'sending', 'retrying', 'parked']
/** Several of them in a word, as addresses and saved views say it. */
export const groups = { needs_you: needsSomebody, waits } as const

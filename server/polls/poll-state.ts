import { isUsable } from '../connections/connection-directory.ts'
import type { OpenConnection, Unusable } from '../connections/connection-directory.ts'
import type { Poll } from './poll-store.ts'

/**
 * - `off`: a person switched it off.
 * - `held`: its connection is paused, cannot be used or needs a sign-in; it goes on by itself when that is over.
 * - `running`: it is being made.
 * - `failing`: the last try failed; the next one comes by itself.
 * - `waiting`: all is well, the next one comes in its time.
 */
export const pollStates = ['off', 'held', 'running', 'failing', 'waiting'] as const
export type PollState = (typeof pollStates)[number]

export function pollState(
  poll: Poll,
  connection: OpenConnection | Unusable | undefined,
  now: Date,
): PollState {
  if (!poll.isOn) return 'off'
  if (!isUsable(connection) || isHeld(connection)) return 'held'
  if (poll.leasedUntil && poll.leasedUntil > now) return 'running'
  return poll.failures > 0 ? 'failing' : 'waiting'
}

/** Whether the vendor of this connection is to be asked at all. */
export function isHeld({ connection, needsSignIn }: OpenConnection): boolean {
  return connection.state !== 'on' || needsSignIn
}

/** When it is made next; `undefined` where nothing but a person can set it going. */
export function nextPollAt({ dueAt, notBefore }: Poll, state: PollState): Date | undefined {
  if (state === 'off' || state === 'held' || !dueAt) return undefined
  return notBefore && notBefore > dueAt ? notBefore : dueAt
}

import type { z } from 'zod'
import type { Auth, CredentialsOf, Fields } from './define-auth.ts'
import type { Http } from './http.ts'
import type { Mail } from './mail.ts'

/**
 * Whether an action may be carried out a second time when nobody knows if the first try arrived.
 * - `safe`: twice is the same as once (an upsert).
 * - `key`: the vendor honours the idempotency key that `run` is given.
 * - `unsafe`: a doubtful try is never repeated blindly; it becomes *unconfirmed*.
 */
export type Repeat = 'safe' | 'key' | 'unsafe'

export interface ActionContext<C> {
  http: Http
  /** Where the connector's auth names a mail server. */
  mail?: Mail
  auth: C
  /** The same for every try of one delivery. */
  key: string
  /** When the delivery was mapped: the clock for everything the action writes, the same for every try. */
  now: Date
  /** W3C Trace Context of this try, where an operator follows traces. It goes out only where its owner wants it to. */
  traceparent?: string
  /** When this try starts: only for what a receiver compares with its own clock, such as a signature. */
  startedAt?: Date
}

export interface Action<
  F extends Fields = Fields,
  I extends Fields = Fields,
  O extends Record<string, unknown> = Record<string, unknown>,
> {
  auth: Auth<F>
  name: string
  description: string
  repeat: Repeat
  /** `none`: deliveries of one contact may overtake each other (append a row, notify a person). */
  order?: 'none'
  /** Set on actions that send a message to a person: older than this, it is skipped instead of sent late. */
  staleAfterMs?: number
  /**
   * The target fields: `.meta({ label, help, suggest })` each. What does not parse is never sent. `html: true`: what is read
   * into it is escaped; `prose: true`: people read it, so that an object becomes lines of words and is not refused.
   */
  input: I
  run: (context: ActionContext<CredentialsOf<F>>, input: z.output<I>) => Promise<O>
  /** Asks the vendor whether a doubtful try arrived. */
  confirm?: (
    context: { http: Http; auth: CredentialsOf<F> },
    input: z.output<I>,
    doubt: { since: Date; key: string },
  ) => Promise<{ outcome: 'found'; output: O } | { outcome: 'absent' } | { outcome: 'unknown' }>
  /** What the target fields hold at the vendor now; makes *only if empty there* possible. Absent object: empty. */
  current?: (
    context: { http: Http; auth: CredentialsOf<F> },
    input: z.output<I>,
  ) => Promise<Partial<Record<keyof z.output<I>, unknown>>>
  /** The request that `run` would make, where it can be said without asking the vendor: shown in a dry run. */
  request?: (input: z.output<I>) => { method: string; path: string; json?: unknown }
}

export function defineAction<F extends Fields, I extends Fields, O extends Record<string, unknown>>(
  action: Action<F, I, O>,
): Action<F, I, O> {
  return action
}

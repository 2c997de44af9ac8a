import type { Auth, CredentialsOf, Fields } from './define-auth.ts'
import type { Http } from './http.ts'

/** What `fetch` is handed. */
export interface PollContext<C> {
  http: Http
  auth: C
  now: Date
  /** Which of the `subjects`; empty where the poll names none. */
  subject: string
}

/** One page of what is new. */
export interface PollAnswer {
  /** What the inbound's `split` takes, kept as JSON, at most 10 MB. Absent where nothing is new. */
  payload?: unknown
  /** Where the next `fetch` begins, at most 16 kB. It takes effect in the same moment as the payload. */
  cursor: string
  /** True where the vendor has another page now; it is asked for without waiting. */
  more?: boolean
}

/**
 * Asks the vendor for what is new, one page a call. The page is stored as one receipt that carries the cursor after
 * it, and goes through the same `split`, `dedupeKey` and `normalise` as a webhook would. A page that holds nothing but
 * facts the hub has already is not stored again, so look back over an overlap where the vendor's clock or index may
 * lag. Failures are thrown by `http` and need no care: the hub waits as the vendor asks (`Retry-After`), or longer
 * each time.
 */
export interface Poll<F extends Fields = Fields> {
  auth: Auth<F>
  /** For people, such as *New rows*. */
  name: string
  /** The id of the inbound that reads the payload. */
  inbound: string
  /** How often, unless a connection says otherwise; a minute at least. */
  everyMs: number
  /** Whether these credentials allow it and want it; by default they do. */
  isWanted?: (auth: CredentialsOf<F>) => boolean
  /** What is asked for separately, each with a cursor and a state of its own: calendars, sheets. Default: one, unnamed. */
  subjects?: (auth: CredentialsOf<F>) => readonly string[]
  /**
   * `cursor` is `undefined` the first time: the connector decides whether it begins now (no payload, a cursor for
   * *now*) or with a look back.
   */
  fetch: (context: PollContext<CredentialsOf<F>>, cursor: string | undefined) => Promise<PollAnswer>
}

export function definePoll<F extends Fields>(poll: Poll<F>): Poll<F> {
  return poll
}

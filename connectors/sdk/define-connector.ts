import type { z } from 'zod'
import type { EventDraft } from './canonical-event.ts'
import type { Action } from './define-action.ts'
import type { Auth, CredentialsOf, Fields } from './define-auth.ts'
import type { Inbound } from './define-inbound.ts'
import type { Poll } from './define-poll.ts'
import type { Registration } from './define-registration.ts'
import type { Trigger } from './define-trigger.ts'
import type { FailureClass, HttpStatusError } from './errors.ts'
import type { Http, HttpResponse } from './http.ts'

/** Completes an event whose vendor sends only ids. What it returns is laid over the event's contact and properties. */
export type Enrich<C> = (
  context: { http: Http; auth: C },
  event: EventDraft,
) => Promise<Pick<EventDraft, 'contact' | 'properties'> | undefined>

/** What a vendor takes within a time. */
export interface Rate {
  requests: number
  perMs: number
  /** The vendor counts reads and writes apart: `requests` of the ones and as many of the others. */
  readsApart?: true
}

/** What the hub keeps to by itself; a connection may set its own. */
export interface Limits<C = unknown> {
  /** So many requests are made within any `perMs`, whatever they are for. */
  rate?: Rate
  /**
   * Whose rate it is, where the vendor counts by account and one account serves several connections: they share it.
   * Absent or `undefined`: it is the connection's alone.
   */
  account?: (auth: C) => string | undefined
  /** Attempts under way at the same time over all processes. Default 32. */
  concurrency?: number
}

/** Everything but what it takes in and what it does, which differ in their types. */
interface Described<F extends Fields> {
  /** Lower-case, the folder's name. */
  id: string
  name: string
  description: string
  /** Raised when `normalise` changes what it makes of the same payload; stored on every event. */
  version: number
  auth: Auth<F>
  triggers: Record<string, Trigger>
  enrich?: Enrich<CredentialsOf<F>>
  /** Whether these credentials allow asking at all; by default they do. */
  canEnrich?: (auth: CredentialsOf<F>) => boolean
  polls?: Record<string, Poll<F>>
  registration?: Registration<F>
  limits?: Limits<CredentialsOf<F>>
  /** True where status 410 means that the receiver wants nothing more at all: its connection is paused. */
  goneEndsConnection?: boolean
  /** For a vendor that answers 200 with an error inside, or whose statuses mean something else than usual. */
  explain?: (answer: HttpResponse | HttpStatusError) => { class: FailureClass; message: string } | undefined
}

/* The registry holds connectors of every shape; inside a connector the types are exact. */
// oxlint-disable-next-line no-explicit-any
export interface AnyInbound extends Omit<Inbound<any, any>, 'item'> {
  item: z.ZodType
}
// oxlint-disable-next-line no-explicit-any
export interface AnyAction extends Omit<Action<any, any, Record<string, unknown>>, 'input'> {
  input: z.ZodObject
}
// oxlint-disable-next-line no-explicit-any
export interface AnyConnector extends Omit<Described<any>, 'auth'> {
  // oxlint-disable-next-line no-explicit-any
  auth: Omit<Auth<any>, 'fields'> & { fields: z.ZodObject }
  inbound: readonly AnyInbound[]
  actions: Record<string, AnyAction>
}

export function defineConnector<F extends Fields>(
  connector: Described<F> & {
    // oxlint-disable-next-line no-explicit-any
    inbound: readonly Inbound<F, any>[]
    // oxlint-disable-next-line no-explicit-any
    actions: Record<string, Action<F, any, any>>
  },
): AnyConnector {
  return connector
}

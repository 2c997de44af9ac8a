import type { Auth, CredentialsOf, Fields } from './define-auth.ts'
import type { Http } from './http.ts'

/** What the functions of a registration are handed. */
export interface RegistrationContext<C> {
  http: Http
  /** With `secretField` filled in. */
  auth: C
  now: Date
  /** Which of the `subjects`; empty where the registration names none. */
  subject: string
}

/** The webhook as the vendor is to know it. */
export interface WantedHook {
  /** The connection's public address: a secret in itself. */
  url: string
  /**
   * A name for this registration (a UUID): the same again when it is tried again because nobody knows whether the last
   * try arrived, a new one otherwise. For vendors that let the caller choose an id.
   */
  id: string
}

/** A webhook that the vendor has taken. */
export interface Registered<C> {
  /** What `check`, `renew` and `remove` need: ids, no secrets. */
  state: Record<string, string>
  /** What the vendor gave back to check its requests with; becomes part of the connection's credentials, sealed. */
  secrets?: Partial<C>
  /** When the vendor lets it end. Well before that the hub renews it. */
  expiresAt?: Date
}

/** What the vendor says of a webhook of ours. */
export type RegistrationCheck =
  | 'active'
  /** The vendor has switched it off, usually after failures. */
  | 'switched_off'
  /** The vendor does not know it any more. */
  | 'gone'
  /** Another address or other events than the connector wants today. */
  | 'differs'

/**
 * Sets the webhook up at the vendor, where the vendor has an API for it. The hub registers when the connection is made
 * or gets its credentials, and anew when the address changes or `check` finds that it no longer works; the former one
 * is removed only when the new one stands, so that nothing is missed, and what both bring counts once.
 */
export interface Registration<F extends Fields = Fields> {
  auth: Auth<F>
  /** Whether these credentials allow it; by default they do. */
  canRegister?: (auth: CredentialsOf<F>) => boolean
  /** What is registered separately, each with a state of its own: calendars. Default: one, unnamed. */
  subjects?: (auth: CredentialsOf<F>) => readonly string[]
  /**
   * The credential field that the vendor's requests are checked with, where the hub may choose its content. Filled with
   * 32 random bytes (base64url) before the first `register`, if it is empty, so that not even the first request is
   * refused.
   */
  secretField?: keyof CredentialsOf<F> & string
  /**
   * May be called again after a try of which nobody knows whether it arrived: take away what such a try left behind
   * under this address, where the vendor lets you find it.
   */
  register: (
    context: RegistrationContext<CredentialsOf<F>>,
    hook: WantedHook,
  ) => Promise<Registered<CredentialsOf<F>>>
  /** Only where the vendor can prolong it as it stands; otherwise the hub registers anew and removes the former one. */
  renew?: (
    context: RegistrationContext<CredentialsOf<F>>,
    state: Record<string, string>,
  ) => Promise<Pick<Registered<CredentialsOf<F>>, 'state' | 'expiresAt'>>
  /** Looks once a day whether it still works. Absent where the vendor cannot be asked. */
  check?: (
    context: RegistrationContext<CredentialsOf<F>>,
    state: Record<string, string>,
    hook: Pick<WantedHook, 'url'>,
  ) => Promise<RegistrationCheck>
  /** Succeeds as well where it is gone already (`accept: [404, 410]`). */
  remove: (context: RegistrationContext<CredentialsOf<F>>, state: Record<string, string>) => Promise<void>
}

export function defineRegistration<F extends Fields>(registration: Registration<F>): Registration<F> {
  return registration
}

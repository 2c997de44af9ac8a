import type { Hook, SecretPlace } from './hook.ts'
import type { Reason } from './reason.ts'

export type { Reason } from './reason.ts'

export type Verdict = { ok: true } | { ok: false; reason: Reason }

/** A request as a sender has it in hand just before it leaves. */
export interface UnsignedRequest {
  method: string
  url: string
  headers: Record<string, string>
  body: Buffer
}

/** How a request proves who sent it. `C` is what the connection's form asks for. */
export interface Signature<C> {
  /** For logs and pages: `hmac`, `standard_webhooks`, `hashed`, `bearer`, `basic`, `header`, `query`, `unsigned`. */
  scheme: string
  /** Where the request carries a secret as it stands; a stored receipt keeps these places only as keyed hashes. */
  secretPlaces?: (credentials: C) => readonly SecretPlace[]
  /**
   * Whether the request is genuine by `hook.receivedAt`. Current credentials come first, then those being rotated
   * out; any match passes, compared in constant time. Never throws.
   */
  verify: (hook: Hook, credentials: readonly C[]) => Verdict
  /** The headers that make a request genuine: what the vendor would add. */
  sign?: (request: UnsignedRequest, credentials: C, now: Date) => Record<string, string>
  /** The address with what the vendor would add to it, where the secret travels in the address. */
  signAddress?: (url: string, credentials: C) => string
  /** How old a signed request may be; absent where the scheme knows no time, so that a request can be played again. */
  toleranceSeconds?: number
  /** Whether the body is part of what is proven; a secret that merely travels along says nothing about the body. */
  coversBody?: boolean
  /** Only on a chosen scheme: the one that these credentials choose. */
  chosen?: (credentials: C) => Signature<C>
  /** Only on `unsigned`: why nothing can be checked. */
  why?: string
}

export const accepted: Verdict = { ok: true }

export function refused(code: string, data?: Reason['data']): Verdict {
  return { ok: false, reason: data ? { code, data } : { code } }
}

/** Says out loud that nothing proves the sender, and why; the secret address is all that protects the connection. */
export function unsigned<C>(why: string): Signature<C> {
  return { scheme: 'unsigned', why, verify: () => accepted, sign: () => ({}) }
}

/**
 * For a connection whose owner picks the scheme. The current credentials alone decide which one it is: after a change
 * from *no check* to a signature, the credentials being rotated out must not keep the door open.
 */
export function chooseSignature<C>(choose: (credentials: C) => Signature<C>): Signature<C> {
  return {
    scheme: 'chosen',
    chosen: choose,
    secretPlaces: (credentials) => choose(credentials).secretPlaces?.(credentials) ?? [],
    verify: (hook, credentials) => {
      const current = credentials[0]
      return current === undefined ? refused('secret_missing') : choose(current).verify(hook, credentials)
    },
    sign: (request, credentials, now) => choose(credentials).sign?.(request, credentials, now) ?? {},
    signAddress: (url, credentials) => choose(credentials).signAddress?.(url, credentials) ?? url,
  }
}

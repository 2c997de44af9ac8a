import type { z } from 'zod'
import type { EventDraft } from './canonical-event.ts'
import type { Auth, CredentialsOf, Fields } from './define-auth.ts'
import type { Hook, Reply } from './hook.ts'
import type { Signature } from './signature.ts'

/** What `normalise` may look at beside the item itself. */
export interface NormaliseContext<C = unknown> {
  receivedAt: Date
  headers: Readonly<Record<string, string>>
  /** The connection's settings, for connectors whose user says where things are. */
  auth: C
  /**
   * Only for a polled item with a `snapshot`: the names of the fields that differ from what was known of this thing.
   * Absent where nothing was known of it, and for what the vendor posted.
   */
  changed?: readonly string[]
  /** Those of `changed` that were never heard of before. */
  added?: readonly string[]
}

/** What one item says about one thing at the vendor. */
export interface Snapshot {
  /** The vendor's own id of the thing, with its kind where ids of several kinds could be equal. */
  id: string
  /** Only what webhook and poll both carry, in the same form; what is `undefined` is not spoken of. */
  fields: Readonly<Record<string, unknown>>
}

/**
 * How one kind of request from the vendor is recognised, checked, split and understood. A connector lists its
 * inbounds in the order in which they are tried; the first that recognises a request decides, so that a wrong strong
 * signature never falls back to a weaker scheme.
 */
export interface Inbound<F extends Fields = Fields, I extends z.ZodType = z.ZodType> {
  /** Stable name, stored on receipts. */
  id: string
  auth: Auth<F>
  /**
   * Which requests are this inbound's. Default: every request. `auth` lets the user's own choice decide. An inbound
   * that nobody posts to, because only a poll fills it, says `() => false`.
   */
  recognise?: (hook: Hook, auth: CredentialsOf<F>) => boolean
  /** Required: the alternative to a check is an explicit `unsigned('why')`. */
  signature: Signature<CredentialsOf<F>>
  /** A vendor's handshake, answered at once and not stored. */
  handshake?: (hook: Hook, auth: CredentialsOf<F>) => Reply | undefined
  /** Default: by content type and first byte (JSON, form with brackets, XML, text). */
  parse?: (hook: Hook, auth: CredentialsOf<F>) => unknown
  /** One request may carry many facts. Default: the whole payload is one item. */
  split?: (payload: unknown, hook: Hook, auth: CredentialsOf<F>) => readonly unknown[]
  item: I
  /**
   * Names the fact: the same for a vendor's second try of the same fact, different for any other. `position` is the
   * item's place in its request, for vendors that name requests and not the facts in them.
   */
  dedupeKey: (item: z.output<I>, hook: Hook, auth: CredentialsOf<F>, position: number) => string
  /**
   * For a vendor whose facts carry neither id nor version, so that the same change told by a webhook and found by a
   * poll cannot be given one key. The hub remembers what it last heard of each thing, from either side. A polled item
   * counts only if it differs from that; a posted one counts unless the poll brought this very state before it.
   * `undefined`: this item is a fact of its own (a click, a sale).
   */
  snapshot?: (item: z.output<I>, auth: CredentialsOf<F>) => Snapshot | undefined
  /**
   * For a vendor that only says *something changed*: which poll is to be made at once. Kept until the poll has been
   * made, so that no such call is lost.
   */
  wakes?: (
    item: z.output<I>,
    hook: Hook,
    auth: CredentialsOf<F>,
  ) => { poll: string; subject?: string } | undefined
  /** The fact in the canonical vocabulary. An empty list means: understood, and nothing a flow could use. */
  normalise: (item: z.output<I>, context: NormaliseContext<CredentialsOf<F>>) => readonly EventDraft[]
  /** What the vendor must read to count the request as taken. Default: 202 without a body. */
  reply?: (hook: Hook, auth: CredentialsOf<F>) => Reply
}

export function defineInbound<F extends Fields, I extends z.ZodType>(inbound: Inbound<F, I>): Inbound<F, I> {
  return inbound
}

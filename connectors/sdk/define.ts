import type { z } from 'zod'
import type { EventDraft, EventName } from './canonical-event.ts'
import type { FailureClass, HttpStatusError } from './errors.ts'
import type { Hook, Reply } from './hook.ts'
import type { Http, HttpResponse } from './http.ts'
import type { Mail, MailServer } from './mail.ts'
import type { Signature } from './signature.ts'
import type { TokenSource } from './token-source.ts'

type Fields = z.ZodObject
type CredentialsOf<F extends Fields> = z.output<F>

/** What every request of a connection starts with. */
export interface HttpDefaults {
  /** The vendor's API address, without a slash at its end. A connection may override it (region, proxy, stand-in). */
  prefixUrl?: string
  headers?: Record<string, string>
}

/**
 * How an account at the vendor is reached. `fields` is the form a person fills in: each field carries
 * `.meta({ label, help, secret })`; what is `secret: true` is encrypted, never shown again and cut out of every capture.
 */
export interface Auth<F extends Fields = Fields> {
  fields: F
  /** Where an access token comes from; `undefined` where what was typed in is enough by itself (basic authentication). */
  token?: (credentials: CredentialsOf<F>) => TokenSource | undefined
  /** `accessToken` is valid now and there whenever `token` names a source. */
  http?: (credentials: CredentialsOf<F>, accessToken?: string) => HttpDefaults
  /** The server that takes the connection's mail. Only with it are `check` and actions handed `mail`. */
  mail?: (credentials: CredentialsOf<F>) => MailServer
  /**
   * Proves that the credentials work and says whose they are. Absent where nothing can be asked. Asked after every
   * sign-in too, so that a person sees as whom.
   */
  check?: (context: { http: Http; mail?: Mail; auth: CredentialsOf<F> }) => Promise<{ account: string }>
}

export function defineAuth<F extends Fields>(auth: Auth<F>): Auth<F> {
  return auth
}

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

/** What a flow can start with. */
export interface Trigger {
  name: string
  description: string
  events: readonly EventName[]
}

export function defineTrigger(trigger: Trigger): Trigger {
  return trigger
}

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
  /** The target fields: `.meta({ label, help, suggest })` each. What does not parse is never sent. */
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

/** Completes an event whose vendor sends only ids. What it returns is laid over the event's contact and properties. */
export type Enrich<C> = (
  context: { http: Http; auth: C },
  event: EventDraft,
) => Promise<Pick<EventDraft, 'contact' | 'properties'> | undefined>

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

/** What the hub keeps to by itself; a connection may set its own. */
export interface Limits {
  /** At most `requests` attempts start within any `perMs`. */
  rate?: { requests: number; perMs: number }
  /** Attempts under way at the same time over all processes. Default 32. */
  concurrency?: number
}

export interface Connector<F extends Fields = Fields> {
  /** Lower-case, the folder's name. */
  id: string
  name: string
  description: string
  /** Raised when `normalise` changes what it makes of the same payload; stored on every event. */
  version: number
  auth: Auth<F>
  inbound: readonly Inbound<F, z.ZodType>[]
  triggers: Record<string, Trigger>
  actions: Record<string, Action<F, Fields, Record<string, unknown>>>
  enrich?: Enrich<CredentialsOf<F>>
  /** Whether these credentials allow asking at all; by default they do. */
  canEnrich?: (auth: CredentialsOf<F>) => boolean
  polls?: Record<string, Poll<F>>
  registration?: Registration<F>
  limits?: Limits
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
export interface AnyConnector extends Omit<
  // oxlint-disable-next-line no-explicit-any
  Connector<any>,
  'auth' | 'inbound' | 'actions'
> {
  // oxlint-disable-next-line no-explicit-any
  auth: Omit<Auth<any>, 'fields'> & { fields: z.ZodObject }
  inbound: readonly AnyInbound[]
  actions: Record<string, AnyAction>
}

export function defineConnector<F extends Fields>(connector: {
  id: string
  name: string
  description: string
  version: number
  auth: Auth<F>
  // oxlint-disable-next-line no-explicit-any
  inbound: readonly Inbound<F, any>[]
  triggers: Record<string, Trigger>
  // oxlint-disable-next-line no-explicit-any
  actions: Record<string, Action<F, any, any>>
  enrich?: Enrich<CredentialsOf<F>>
  canEnrich?: (auth: CredentialsOf<F>) => boolean
  polls?: Record<string, Poll<F>>
  registration?: Registration<F>
  limits?: Limits
  goneEndsConnection?: boolean
  explain?: Connector['explain']
}): AnyConnector {
  return connector
}

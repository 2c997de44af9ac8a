import type { EventDraft } from './canonical-event.ts'
import { parseEventDraft } from './canonical-event.ts'
import { compiledSchema } from './compiled-schema.ts'
import type { AnyConnector, AnyInbound } from './define-connector.ts'
import type { Snapshot } from './define-inbound.ts'
import type { Hook, Reply } from './hook.ts'
import { parsePayload } from './payload.ts'
import type { Reason } from './reason.ts'
import type { Verdict } from './signature.ts'
import type { Difference } from './snapshot.ts'
import { UnreadablePayload } from './unreadable-payload.ts'

/** One fact of a request: its key and its events, or why it could not be understood. */
export type ReadItem =
  /** `raw` is the item as the vendor wrote it. */
  | ({ ok: true; raw: unknown; dedupeKey: string; events: EventDraft[] } & ItemMarks)
  | { ok: false; raw: unknown; reason: Reason }

/** What an item is beside a fact. */
interface ItemMarks {
  /** What it says about a thing at the vendor. */
  snapshot?: Snapshot
  /** Says nothing that was not known: its events are left out. */
  isKnown?: true
  /** The poll that it asks for. */
  wakes?: { poll: string; subject?: string }
}

/** Everything a connector has to say about one request. */
export type Reading =
  | { outcome: 'unrecognised' }
  | { outcome: 'handshake'; inbound: string; reply: Reply }
  | { outcome: 'refused'; inbound: string; reason: Reason }
  | { outcome: 'unreadable'; inbound: string; reason: Reason }
  | { outcome: 'read'; inbound: string; items: ReadItem[] }

/**
 * More facts than this in one request are an attack or a mistake: 5 MB hold two million, and working on those would hold
 * up everybody else's for minutes. Vendors' own batches end at a thousand, the pages that the hub asks for below this.
 */
const itemsMax = 20_000

/** The first inbound that recognises the request; it alone decides from here on. */
export function recogniseHook(connector: AnyConnector, hook: Hook, auth: unknown): AnyInbound | undefined {
  return connector.inbound.find((inbound) => inbound.recognise?.(hook, auth) ?? true)
}

/**
 * Recognises, checks, splits and normalises one request, without storing anything. Never throws for what the request
 * contains. `credentials` are already parsed, current ones first.
 */
export function readHook(connector: AnyConnector, hook: Hook, credentials: readonly unknown[]): Reading {
  const auth = credentials[0]
  const inbound = recogniseHook(connector, hook, auth)
  if (!inbound) return { outcome: 'unrecognised' }

  const reply = inbound.handshake?.(hook, auth)
  if (reply) return { outcome: 'handshake', inbound: inbound.id, reply }

  const verdict: Verdict = inbound.signature.verify(hook, credentials)
  if (!verdict.ok) return { outcome: 'refused', inbound: inbound.id, reason: verdict.reason }
  return readPayload(inbound, hook, auth)
}

/** Compares what an item says with what is known; `position` is the item's place. `undefined`: it counts as it stands. */
export type Compare = (snapshot: Snapshot, position: number) => Difference | undefined

/**
 * What a request means, whoever sent it. `auth` are the connection's current credentials; without them a connector
 * that lets its user say where things are falls back to where they usually are.
 */
export function readPayload(
  inbound: AnyInbound,
  hook: Hook,
  auth: unknown = {},
  compare: Compare = () => undefined,
): Reading {
  try {
    const payload: unknown = inbound.parse ? inbound.parse(hook, auth) : parsePayload(hook)
    const items: readonly unknown[] = inbound.split ? inbound.split(payload, hook, auth) : [payload]
    if (items.length > itemsMax) {
      throw new UnreadablePayload('too_many_items', { items: items.length, max: itemsMax })
    }
    return {
      outcome: 'read',
      inbound: inbound.id,
      items: items.map((item, position) => readItem(inbound, item, { hook, auth, position, compare })),
    }
  } catch (error) {
    return { outcome: 'unreadable', inbound: inbound.id, reason: whyUnreadable(error) }
  }
}

function whyUnreadable(error: unknown): Reason {
  if (!(error instanceof UnreadablePayload)) throw error
  const { code, data } = error
  return data ? { code, data } : { code }
}

interface Reader {
  hook: Hook
  auth: unknown
  position: number
  compare: Compare
}

/** One item that cannot be read takes none of the others along. */
function readItem(inbound: AnyInbound, raw: unknown, reader: Reader): ReadItem {
  try {
    return understandItem(inbound, raw, reader)
  } catch (error) {
    return { ok: false, raw, reason: whyUnreadable(error) }
  }
}

function understandItem(
  inbound: AnyInbound,
  raw: unknown,
  { hook, auth, position, compare }: Reader,
): ReadItem {
  const parsed = compiledSchema(inbound.item).safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const data = { field: issue?.path.map(String).join('.') ?? '', problem: issue?.message ?? '' }
    return { ok: false, raw, reason: { code: 'payload_mismatch', data } }
  }
  const { receivedAt, headers } = hook
  const dedupeKey = inbound.dedupeKey(parsed.data, hook, auth, position)
  const wakes = inbound.wakes?.(parsed.data, hook, auth)
  const snapshot = inbound.snapshot?.(parsed.data, auth)
  const difference = snapshot && compare(snapshot, position)
  const marks = { ...(wakes ? { wakes } : {}), ...(snapshot ? { snapshot } : {}) }
  if (difference === 'same') return { ok: true, raw, dedupeKey, events: [], ...marks, isKnown: true }

  const { changed, added } = difference ?? {}
  const events: EventDraft[] = []
  for (const draft of inbound.normalise(parsed.data, {
    receivedAt,
    headers,
    auth,
    ...(changed ? { changed } : {}),
    ...(added ? { added } : {}),
  })) {
    const checked = parseEventDraft(draft)
    if (!checked.ok) return { ok: false, raw, reason: checked.reason }
    events.push(checked.event)
  }
  return { ok: true, raw, dedupeKey, events, ...marks }
}

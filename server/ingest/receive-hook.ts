import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AnyInbound, Hook, Reply } from '#sdk'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory, OpenConnection } from '../connections/connection-directory.ts'
import type { Reason } from '../errors.ts'
import type { NewId } from '../platform/ids.ts'
import type { LiveFeed } from '../platform/live-feed.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import { partitionOf } from '../platform/partition.ts'
import { traceIdOf } from '../platform/tracing.ts'
import type { Tracing } from '../platform/tracing.ts'
import type { Vault } from '../platform/vault.ts'
import type { ReceiptDoc } from '../receipts/receipt-store.ts'
import { readBody } from './read-body.ts'
import type { ReadBody } from './read-body.ts'
import { StoreBusy } from './store-receipt.ts'
import type { ReceiptWriter } from './store-receipt.ts'
import { liveHook, sealSecrets } from './stored-hook.ts'
import type { RawHook } from './stored-hook.ts'
import { verifyHook } from './verify-hook.ts'
import type { HookVerdict } from './verify-hook.ts'

export interface ReceiveDeps {
  connections: ConnectionDirectory
  receipts: Pick<ReceiptWriter, 'store'>
  vault: Vault
  newId: NewId
  now: () => Date
  log: Logger
  metrics: Metrics
  tracing: Tracing
  /** False while the disk is nearly full: what cannot be kept must not be acknowledged. */
  diskHasRoom: () => boolean
  /** Told of each refused receipt, so that their number and size can be kept within bounds. */
  onRefused: (connectionId: string, bytes: number) => void
  /** Told of each refused receipt as well; of those taken in, the pipeline tells once it knows what they mean. */
  live: Pick<LiveFeed, 'publish'>
}

/** Takes in one request at the address that ends in `key`, and answers it. */
export type ReceiveHook = (request: IncomingMessage, response: ServerResponse, key: string) => Promise<void>

/** After decompression. */
export const HOOK_BYTES_MAX = 5 * 1024 * 1024

/**
 * `ALL /hooks/:key`: the address of one connection. Answers 2xx only when the receipt is durable. Whatever the state
 * of flows, an existing connection's address is never a 404, and a request that cannot be understood is kept.
 */
export function receiveHook(deps: ReceiveDeps): ReceiveHook {
  return async (request, response, key) => {
    const open = await deps.connections.byHookKey(key)
    if (!open) {
      deps.metrics.receipts.add('unknown_address')
      return send(response, { status: 404, body: 'No connection has this address.' })
    }
    if (!deps.diskHasRoom()) return comeAgain(deps, response, 60)
    if (!isUsable(open)) {
      deps.log.error({ stage: 'receipt.unusable', connection: open.connection.id, reason: open.unusable })
      return comeAgain(deps, response, 300)
    }

    const receivedAt = deps.now()
    const body = await readBody(request, HOOK_BYTES_MAX).catch(() => undefined)
    if (!body) {
      response.destroy()
      return
    }
    const raw = rawHook(request, body, receivedAt)

    try {
      await takeIn(deps, open, raw, body, response)
    } catch (err) {
      deps.log.error({ stage: 'receipt.not_stored', connection: open.connection.id, err })
      comeAgain(deps, response, err instanceof StoreBusy ? err.retryAfterSeconds : 5)
    }
  }
}

async function takeIn(
  deps: ReceiveDeps,
  open: OpenConnection,
  raw: RawHook,
  body: ReadBody,
  response: ServerResponse,
): Promise<void> {
  const hook = liveHook(raw, open.hookUrl)
  const verdict: HookVerdict = body.whole
    ? verifyHook(open, hook)
    : { kind: 'refused', reason: { code: 'too_large', data: { bytes_max: HOOK_BYTES_MAX } } }

  if (verdict.kind === 'handshake') return send(response, verdict.reply)
  // A vendor (or a person with a browser) asking whether anybody is there; nothing was posted.
  if (verdict.kind === 'refused' && isProbe(raw)) return send(response, { status: 200 })

  const step = deps.tracing.begin('hook', raw.receivedAt, raw.headers['traceparent'])
  const doc = receiptOf(deps, open, raw, body, verdict)
  if (step) doc.trace = step.context
  await deps.receipts.store(doc).catch((err: unknown) => {
    step?.end(deps.now(), { connection: doc.connectionId }, 'not_stored')
    throw err
  })
  const storedAt = deps.now()
  const tookMs = storedAt.getTime() - raw.receivedAt.getTime()
  deps.metrics.receipts.add(verdict.kind)
  deps.metrics.acceptTime.observe(tookMs)
  const facts = {
    receipt: doc._id,
    connection: doc.connectionId,
    connector: open.connector.id,
    bytes: doc.bodyBytes,
    reason: doc.reason?.code,
  }
  step?.end(storedAt, facts, doc.reason?.code)
  deps.log.info({
    stage: verdict.kind === 'accepted' ? 'receipt.stored' : 'receipt.refused',
    ...facts,
    trace: traceIdOf(doc.trace),
    duration_ms: tookMs,
  })
  if (verdict.kind === 'accepted') return send(response, replyTo(verdict.inbound, hook, open))
  deps.onRefused(doc.connectionId, doc.bodyBytes)
  deps.live.publish({ workspaceId: doc.workspaceId, kind: 'receipt', id: doc._id })
  return send(response, refusal(verdict.reason))
}

function rawHook(request: IncomingMessage, body: ReadBody, receivedAt: Date): RawHook {
  const url = request.url ?? ''
  const at = url.indexOf('?')
  return {
    method: request.method ?? 'GET',
    query: at < 0 ? '' : url.slice(at + 1),
    headers: flatten(request.headers),
    body: body.bytes,
    receivedAt,
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

function receiptOf(
  deps: ReceiveDeps,
  { connection, connector, credentials, secrets }: OpenConnection,
  raw: RawHook,
  body: ReadBody,
  verdict: Exclude<HookVerdict, { kind: 'handshake' }>,
): ReceiptDoc {
  // Whoever recognises it, and whichever settings it was sent for: a secret may stand at each of these.
  const places = connector.inbound.flatMap(({ signature }) =>
    credentials.flatMap((each) => signature.secretPlaces?.(each) ?? []),
  )
  const { headers, query, sealed } = sealSecrets(raw, { places, secrets }, deps.vault)
  return {
    _id: deps.newId('rcp'),
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    state: verdict.kind === 'accepted' ? 'stored' : 'refused',
    ...(verdict.kind === 'refused' ? { reason: verdict.reason } : { open: true as const }),
    ...(verdict.inbound ? { inbound: verdict.inbound.id } : {}),
    method: raw.method,
    query,
    headers: JSON.stringify(headers),
    ...(Object.keys(sealed).length > 0 ? { sealed: JSON.stringify(sealed) } : {}),
    body: raw.body,
    bodyBytes: raw.body.length,
    whole: body.whole,
    receivedAt: raw.receivedAt,
    revision: 0,
    partition: partitionOf(connection.id),
  }
}

/** A GET with parameters says something, as some tools do who know no POST. */
function isProbe({ method, query, body }: RawHook): boolean {
  if (body.length > 0) return false
  return method === 'HEAD' || method === 'OPTIONS' || (method === 'GET' && query === '')
}

function replyTo(inbound: AnyInbound, hook: Hook, { credentials }: OpenConnection): Reply {
  return inbound.reply?.(hook, credentials[0]) ?? { status: 202 }
}

function refusal(reason: Reason): Reply {
  if (reason.code === 'too_large') {
    return { status: 413, body: `The request is larger than ${HOOK_BYTES_MAX} bytes.` }
  }
  return { status: 401, body: `Refused: ${reason.code}.` }
}

function comeAgain({ metrics }: ReceiveDeps, response: ServerResponse, seconds: number): void {
  metrics.receipts.add('unavailable')
  send(response, {
    status: 503,
    headers: { 'retry-after': String(seconds) },
    body: 'Please send this again.',
  })
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'text/plain; charset=utf-8' }),
    'content-length': String(Buffer.byteLength(body ?? '')),
    ...headers,
  })
  response.end(body)
}

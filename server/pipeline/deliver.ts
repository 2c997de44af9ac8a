import { httpOver } from '#sdk'
import type { AnyAction } from '#sdk'
import { dropFilled } from '../../mappings/drop-filled.ts'
import type { AccessToken, AccessTokens } from '../connections/access-tokens.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { AttemptResult } from '../deliveries/next-state.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import { createHttp } from '../platform/http-client.ts'
import type { AttemptHttp } from '../platform/http-client.ts'
import type { Network } from '../platform/network.ts'
import type { Tracing } from '../platform/tracing.ts'
import { AnswerMeansFailure, classifyFailure } from './classify-failure.ts'
import { mailOf } from './mail-of.ts'
import { withAccessToken } from './with-access-token.ts'

/** No attempt lasts longer, whatever its action does; the lease on a delivery being sent outlasts it. */
export const ATTEMPT_MS_MAX = 40_000

export interface AttemptOutcome {
  result: AttemptResult
  exchanges: CapturedExchange[]
  /** The input that was sent, without the fields that the destination had filled already. */
  input: Record<string, unknown>
  foundThere?: Record<string, unknown>
}

/** What one call of an action begins with. */
type ActionCall = Pick<Delivery, 'id' | 'input' | 'onlyIfEmpty' | 'foundThere' | 'mappedAt'>

export interface DeliverDeps {
  network: Network
  accessTokens: AccessTokens
  now: () => Date
  /** Aborted when the process has to end. */
  stopping: AbortSignal
}

/** One try of a delivery. Never throws: what goes wrong is the outcome. */
export async function deliver(
  deps: DeliverDeps & { tracing: Tracing },
  delivery: Delivery,
  open: OpenConnection,
  action: AnyAction,
): Promise<AttemptOutcome> {
  const step = deps.tracing.next('attempt', deps.now(), delivery.trace, 'leaves')
  const outcome = await callAction(deps, delivery, open, action, step?.context)
  const { result, exchanges } = outcome
  const failure = result.outcome === 'failed' ? result.failure : undefined
  const facts = {
    delivery: delivery.id,
    attempt: delivery.attempts.length,
    connection: delivery.connectionId,
    connector: delivery.connectorId,
    action: delivery.actionId,
    exchanges: exchanges.length,
    outcome: result.outcome,
    class: failure?.class,
    status: failure?.status,
  }
  step?.end(deps.now(), facts, failure?.reason.code)
  return outcome
}

/**
 * Has a connection carry out an action, once. `call.id` is the idempotency key. Never throws, as `deliver`; says as well
 * whether something was written at the vendor, or may have been.
 */
export async function callAction(
  deps: DeliverDeps,
  call: ActionCall,
  open: OpenConnection,
  action: AnyAction,
  traceparent?: string,
): Promise<AttemptOutcome & { mayHaveWritten: boolean }> {
  const exchanges: CapturedExchange[] = []
  const limit = limitAttempt(deps.stopping)
  const http = httpOf(deps, open, exchanges, limit.signal)
  const mail = mailOf(deps, open, exchanges, limit.signal)
  const auth = open.credentials[0]
  const mayHaveWritten = () => http.mayHaveWritten || mail?.mayHaveSent === true
  let input = call.input ?? {}
  let foundThere = call.foundThere
  let result: AttemptResult
  try {
    if (call.onlyIfEmpty && action.current && !foundThere) {
      foundThere = await action.current({ http, auth }, input)
    }
    if (call.onlyIfEmpty && foundThere) {
      input = dropFilled(input, call.onlyIfEmpty, foundThere, action.input)
    }
    const context = {
      http,
      ...(mail ? { mail } : {}),
      auth,
      key: call.id,
      now: call.mappedAt ?? deps.now(),
      startedAt: deps.now(),
      ...(traceparent ? { traceparent } : {}),
    }
    const output: unknown = await action.run(context, action.input.parse(input))
    result = { outcome: 'delivered', output: asRecord(output) }
  } catch (err) {
    const failure = classifyFailure(err, open.connector, deps.now())
    result = { outcome: 'failed', failure, mayHaveWritten: mayHaveWritten() }
  } finally {
    limit.end()
  }
  return {
    result,
    exchanges,
    input,
    ...(foundThere ? { foundThere } : {}),
    mayHaveWritten: mayHaveWritten(),
  }
}

/** Ends an attempt when its time is up or the process ends. At a thousand a second none may outlast its attempt. */
function limitAttempt(stopping: AbortSignal): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController()
  const stop = () => controller.abort(stopping.reason)
  const timer = setTimeout(() => controller.abort(), ATTEMPT_MS_MAX)
  if (stopping.aborted) stop()
  stopping.addEventListener('abort', stop, { once: true })
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      stopping.removeEventListener('abort', stop)
    },
  }
}

/** The `http` of one attempt or check, with the connection's authentication applied; `signal` ends it. */
export function httpOf(
  { network, accessTokens, stopping }: Pick<DeliverDeps, 'network' | 'accessTokens' | 'stopping'>,
  open: OpenConnection,
  exchanges: CapturedExchange[],
  signal: AbortSignal = AbortSignal.any([stopping, AbortSignal.timeout(ATTEMPT_MS_MAX)]),
): AttemptHttp {
  const { connection, connector, credentials, secrets } = open
  const httpWith = (token?: AccessToken) =>
    createHttp({
      network,
      ...(connection.apiUrl ? { baseUrl: connection.apiUrl } : {}),
      defaults: connector.auth.http?.(credentials[0], token?.value) ?? {},
      secrets: token?.secrets ?? secrets,
      exchanges,
      signal,
    })
  const http = open.tokenSource
    ? withAccessToken(accessTokens, open, { exchanges, signal }, httpWith)
    : httpWith()
  return connector.explain ? withExplained(http, connector.explain) : http
}

/** A vendor that answers 200 with an error inside has failed all the same. */
function withExplained(
  http: AttemptHttp,
  explain: NonNullable<OpenConnection['connector']['explain']>,
): AttemptHttp {
  const explained = httpOver(async (method, path, options) => {
    const answer = await http.request(method, path, options)
    const failure = explain(answer)
    if (failure) throw new AnswerMeansFailure(failure.message, failure.class)
    return answer
  })
  return {
    ...explained,
    get mayHaveWritten() {
      return http.mayHaveWritten
    },
  }
}

function asRecord(output: unknown): Record<string, unknown> {
  return typeof output === 'object' && output !== null && !Array.isArray(output) ? { ...output } : {}
}

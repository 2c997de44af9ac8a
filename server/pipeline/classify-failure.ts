import {
  AddressRefusedError,
  CredentialsUnfitError,
  failureClassOfReply,
  failureClassOfStatus,
  HttpStatusError,
  InputRefusedError,
  MailRefusedError,
  NetworkError,
  UnreadableAnswerError,
} from '#sdk'
import type { AnyConnector, FailureClass } from '#sdk'
import type { Reason } from '../errors.ts'
import { NoAccessToken, TokenRefused } from '../platform/access-token-errors.ts'

/** Why an attempt failed and who has to act. */
export interface Failure {
  class: FailureClass
  reason: Reason
  status?: number
  /** The credentials were refused: no other delivery of the connection can do better. */
  signInRefused?: true
  /** Says nothing about the destination: another delivery may do better at once. */
  onlyThisOne?: true
  /** When the vendor asked to be tried again. */
  retryAt?: Date
}

/**
 * The one table that sorts failures. A connector that knows better (`explain`) overrides the class of an answer; what
 * an action throws by itself and nobody foresaw is the connector's fault, and trying again may help after a release.
 */
export function classifyFailure(err: unknown, connector: AnyConnector, now: Date): Failure {
  const failure = sortFailure(err, connector, now)
  const message = failure.reason.data?.['message']
  if (typeof message !== 'string' || message.length <= MESSAGE_MAX) return failure
  const data = { ...failure.reason.data, message: `${message.slice(0, MESSAGE_MAX)}…` }
  return { ...failure, reason: { ...failure.reason, data } }
}

/** A vendor’s words, as far as somebody would read them; the whole answer is in the captured exchange. */
const MESSAGE_MAX = 2_000

function sortFailure(err: unknown, connector: AnyConnector, now: Date): Failure {
  if (err instanceof HttpStatusError) {
    const explained = connector.explain?.(err)
    const { status, method } = err
    const retryAt = retryAfter(err.headers['retry-after'], now)
    return {
      class: explained?.class ?? failureClassOfStatus(method, status),
      reason: { code: 'http_status', data: { status, message: explained?.message ?? err.message } },
      status,
      ...(status === 401 ? { signInRefused: true } : {}),
      ...(retryAt ? { retryAt } : {}),
    }
  }
  if (err instanceof MailRefusedError) {
    const { stage, status, message } = err
    const failureClass = failureClassOfReply(err)
    return {
      class: failureClass,
      reason: { code: err.code, data: { stage, status, message } },
      status,
      ...(stage === 'sign_in' && failureClass === 'fix_connection' ? { signInRefused: true } : {}),
      // Greylisting, full mailboxes and unknown ones concern one recipient; a final no that passes is the account's.
      ...(stage === 'recipient' && failureClass === (status < 500 ? 'retry' : 'fix_mapping')
        ? { onlyThisOne: true }
        : {}),
    }
  }
  if (err instanceof NoAccessToken) {
    const retryAt = retryAfter(err.retryAfter, now)
    return {
      ...failure(err.class, err),
      ...(retryAt ? { retryAt } : {}),
      // The next delivery would be told the same.
      ...(err instanceof TokenRefused ? { signInRefused: true } : {}),
    }
  }
  if (err instanceof CredentialsUnfitError) return failure('fix_connection', err)
  if (err instanceof AddressRefusedError) return failure('fix_connection', err)
  if (err instanceof NetworkError) return failure('retry', err)
  if (err instanceof UnreadableAnswerError) return failure('retry', err)
  if (err instanceof InputRefusedError) {
    const data = { message: err.message, ...(err.field ? { field: err.field } : {}) }
    return { class: 'fix_mapping', reason: { code: err.code, data } }
  }
  if (err instanceof AnswerMeansFailure) {
    return { class: err.class, reason: { code: 'answer_means_failure', data: { message: err.message } } }
  }
  const message = err instanceof Error ? err.message : String(err)
  return { class: 'retry', reason: { code: 'connector_fault', data: { message } } }
}

/** A 2xx whose body says that it failed, as the connector's `explain` reads it. */
export class AnswerMeansFailure extends Error {
  readonly class: FailureClass

  constructor(message: string, failureClass: FailureClass) {
    super(message)
    this.name = 'AnswerMeansFailure'
    this.class = failureClass
  }
}

function failure(failureClass: FailureClass, err: Error & { code: string }): Failure {
  return { class: failureClass, reason: { code: err.code, data: { message: err.message } } }
}

/** No vendor's wish is heeded beyond this; a wrong clock must not park a delivery for years. */
const RETRY_AFTER_MS_MAX = 24 * 3_600_000

/** RFC 9110, 10.2.3: seconds, or a date. Some vendors send fractions, which would be read as a date in 2001. */
export function retryAfter(header: string | undefined, now: Date): Date | undefined {
  if (!header) return undefined
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : undefined
  const at = seconds === undefined ? Date.parse(header) : now.getTime() + seconds * 1000
  if (!Number.isFinite(at)) return undefined
  return new Date(Math.min(Math.max(at, now.getTime()), now.getTime() + RETRY_AFTER_MS_MAX))
}

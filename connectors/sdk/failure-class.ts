import type { FailureClass } from './errors.ts'

const retried = new Set([408, 409, 423, 425, 429])
const ownersWork = new Set([401, 403, 501, 505])
const vanished = new Set([404, 410])

/**
 * Who has to act on a failing status where the connector's `explain` has nothing better to say.
 * A redirect of a writing request is the owner's to fix, because a request with effects is never sent elsewhere.
 */
export function failureClassOfStatus(method: string, status: number): FailureClass {
  if (status < 400) return method === 'GET' || method === 'HEAD' ? 'retry' : 'fix_connection'
  if (retried.has(status)) return 'retry'
  if (ownersWork.has(status)) return 'fix_connection'
  if (vanished.has(status)) return 'gone'
  return status >= 500 ? 'retry' : 'fix_mapping'
}

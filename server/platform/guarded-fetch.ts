import type { Network } from './network.ts'

/** What libraries that speak HTTP by themselves ask for, in the form in which they ask the platform's `fetch`. */
export interface FetchRequest {
  method: string
  headers: Readonly<Record<string, string>>
  body?: unknown
  signal?: AbortSignal
}

/** Answers of sign-in providers are small; keys and metadata are the largest. */
const ANSWER_BYTES_MAX = 1_000_000
const TIMEOUT_MS = 10_000
/** Statuses whose answers have no body, which `Response` insists on. */
const withoutBody = new Set([204, 205, 304])

/**
 * A `fetch` behind the address guard, for libraries that bring no transport of their own. Throws `AddressRefusedError`
 * where the guard says no, and whatever the client below says where no answer came.
 */
export function guardedFetch(network: Network): (url: string, request: FetchRequest) => Promise<Response> {
  return async (url, { method, headers, body, signal }) => {
    const transport = method === 'GET' || method === 'HEAD' ? network.reads : network.writes
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const answer = await transport({
      method,
      url: new URL(url),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      body: textOf(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      answerBytesMax: ANSWER_BYTES_MAX,
    })
    return new Response(withoutBody.has(answer.status) ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: answer.headers,
    })
  }
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new TypeError('Only texts and forms are sent by the guarded fetch.')
}

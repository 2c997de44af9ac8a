import type { HttpDefaults } from '../define-auth.ts'
import { HttpStatusError, NetworkError, UnreadableAnswerError } from '../errors.ts'
import { httpOver } from '../http.ts'
import type { Http, HttpOptions, HttpResponse } from '../http.ts'

/** A call as it went out, for comparing with what was recorded. */
export interface SentCall {
  method: string
  /** The address the connector asked for. */
  url: string
  headers: Record<string, string>
  body: string
}

/**
 * A small `Http` for the connector contract: it does what the real one promises, but every request, whatever host it
 * names, goes to one local server, and each is kept in `sent`.
 */
export function localHttp(origin: string, defaults: HttpDefaults): { http: Http; sent: SentCall[] } {
  const sent: SentCall[] = []
  const http = httpOver((method, path, options = {}) =>
    exchange(method, path, options, { origin, defaults, sent }),
  )
  return { http, sent }
}

async function exchange(
  method: string,
  path: string,
  options: HttpOptions,
  to: { origin: string; defaults: HttpDefaults; sent: SentCall[] },
): Promise<HttpResponse> {
  const url = addressOf(path, to.defaults.prefixUrl, options.query)
  const { body, type } = bodyOf(options)
  const headers = lowered({
    ...to.defaults.headers,
    ...(type ? { 'content-type': type } : {}),
    ...options.headers,
  })
  to.sent.push({ method, url: url.href, headers, body: body?.toString() ?? '' })

  const writes = !['GET', 'HEAD'].includes(method) && !options.reads
  const local = new URL(url.pathname + url.search, to.origin)
  const answer = await fetch(local, {
    method,
    headers,
    body: body && new Uint8Array(body),
    redirect: 'manual',
  }).catch((cause: unknown) => {
    throw new NetworkError(`${method} ${url.href} got no answer.`, writes, { cause })
  })
  const response = responseOf(answer, new Uint8Array(await answer.arrayBuffer()), `${method} ${url.href}`)
  if (answer.ok || options.accept?.includes(answer.status)) return response
  const doubtful = writes && (answer.status === 408 || answer.status >= 500)
  const { status, headers: answered } = response
  throw new HttpStatusError({
    method,
    url: url.href,
    status,
    headers: answered,
    body: response.text(),
    mayHaveLeft: doubtful,
  })
}

function addressOf(
  path: string,
  prefixUrl = 'https://vendor.invalid',
  query: HttpOptions['query'] = {},
): URL {
  const url = /^https?:/.test(path) ? new URL(path) : new URL(`${prefixUrl}/${path.replace(/^\//, '')}`)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value))
  }
  return url
}

function bodyOf({ json, form, body }: HttpOptions): { body?: Buffer; type?: string } {
  if (json !== undefined) return { body: Buffer.from(JSON.stringify(json)), type: 'application/json' }
  if (form !== undefined) {
    const text = new URLSearchParams(formPairs(form)).toString()
    return { body: Buffer.from(text), type: 'application/x-www-form-urlencoded' }
  }
  return body === undefined ? {} : { body: Buffer.from(body) }
}

function formPairs(value: unknown, name = ''): [string, string][] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null) return [[name, String(value)]]
  return Object.entries(value).flatMap(([key, held]) => formPairs(held, name ? `${name}[${key}]` : key))
}

function responseOf(answer: Response, body: Uint8Array, what: string): HttpResponse {
  const text = () => new TextDecoder().decode(body)
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body,
    text,
    json<T>(): T {
      try {
        return JSON.parse(text())
      } catch (cause) {
        throw new UnreadableAnswerError(`The answer to ${what} is not JSON.`, false, { cause })
      }
    },
  }
}

function lowered(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

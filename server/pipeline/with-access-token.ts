import { HttpStatusError, httpOver } from '#sdk'
import type { HttpCall, HttpOptions, HttpResponse } from '#sdk'
import type { AccessToken, AccessTokens, Asking } from '../connections/access-tokens.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { AttemptHttp } from '../platform/http-client.ts'

/**
 * An `http` whose every request carries a valid access token. One that the vendor refuses with 401 was carried out by
 * nobody, so it is sent once more, with the next token.
 */
export function withAccessToken(
  accessTokens: AccessTokens,
  open: OpenConnection,
  asking: Asking,
  httpWith: (token: AccessToken) => AttemptHttp,
): AttemptHttp {
  const used: AttemptHttp[] = []
  const send = (token: AccessToken, method: string, path: string, options?: HttpOptions) => {
    const http = httpWith(token)
    used.push(http)
    return http.request(method, path, options)
  }

  async function exchange(method: string, path: string, options?: HttpOptions): Promise<HttpResponse> {
    const token = await accessTokens.get(open, asking)
    const first = await settled(send(token, method, path, options))
    if (statusOf(first) !== 401) return valueOf(first)
    const next = await accessTokens.renew(open, token, asking)
    if (next.revision === token.revision) return valueOf(first)
    return send(next, method, path, options)
  }

  return {
    ...httpOver(exchange),
    get mayHaveWritten() {
      return used.some((http) => http.mayHaveWritten)
    },
  }
}

type Settled = { response: HttpResponse } | { err: unknown }

async function settled(call: HttpCall): Promise<Settled> {
  try {
    return { response: await call }
  } catch (err) {
    return { err }
  }
}

function statusOf(call: Settled): number | undefined {
  if ('response' in call) return call.response.status
  return call.err instanceof HttpStatusError ? call.err.status : undefined
}

function valueOf(call: Settled): HttpResponse {
  if ('response' in call) return call.response
  throw call.err
}

import { got, MaxRedirectsError, RequestError } from 'got'
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { AddressRefusedError } from '../../connectors/sdk/errors.ts'
import { AnswerTooLarge, joinHeaders } from './transport.ts'
import type { Transport } from './transport.ts'

const redirectsMax = 3

/** Said to a stranger as well; whatever else a request carries was meant for the origin it was addressed to. */
const headersForAnyOrigin = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent'])

/**
 * For requests that only read. Follows at most three redirects, each over guarded sockets; to another origin it takes
 * no header along that could be a credential. After the third the redirect itself is the answer.
 */
export function gotTransport({ http, https }: { http: HttpAgent; https: HttpsAgent }): Transport {
  const client = got.extend({
    agent: { http, https },
    responseType: 'buffer',
    decompress: false,
    followRedirect: true,
    maxRedirects: redirectsMax,
    throwHttpErrors: false,
    // Retries belong to the queue alone.
    retry: { limit: 0 },
    allowGetBody: true,
  })

  return async (request) => {
    const { method, url, headers, body, signal, answerBytesMax } = request
    const call = client(url, {
      method: method === 'HEAD' ? 'HEAD' : 'GET',
      headers: { ...headers },
      body,
      signal,
      responseType: 'buffer',
      hooks: {
        beforeRedirect: [
          (next, answer) => {
            const target = next.url
            if (!(target instanceof URL)) throw new TypeError('got follows a redirect without an address.')
            if (target.origin !== new URL(answer.url).origin) {
              next.headers = Object.fromEntries(
                Object.entries(next.headers).filter(([name]) => headersForAnyOrigin.has(name)),
              )
            }
            request.onRedirect?.(
              { status: answer.statusCode, headers: joinHeaders(answer.headers), body: Buffer.alloc(0) },
              { url: target, headers: joinHeaders(next.headers) },
            )
          },
        ],
      },
    })

    let isTooLarge = false
    void call.on('downloadProgress', ({ transferred }) => {
      if (transferred <= answerBytesMax || isTooLarge) return
      isTooLarge = true
      call.cancel()
    })

    try {
      const answer = await call
      return {
        status: answer.statusCode,
        headers: joinHeaders(answer.headers),
        body: Buffer.from(answer.body),
      }
    } catch (error) {
      if (isTooLarge) throw new AnswerTooLarge(answerBytesMax)
      if (error instanceof MaxRedirectsError) {
        const { statusCode, headers: lastHeaders } = error.response
        return { status: statusCode, headers: joinHeaders(lastHeaders), body: Buffer.alloc(0) }
      }
      if (error instanceof RequestError && error.code === 'ERR_UNSUPPORTED_PROTOCOL') {
        throw new AddressRefusedError(
          'The answer redirects to an address that is not http or https, which is not called.',
        )
      }
      throw error
    }
  }
}

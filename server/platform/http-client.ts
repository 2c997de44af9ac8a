import type { ExchangeError } from '../../connectors/sdk/errors.ts'
import { HttpStatusError, NetworkError, UnreadableAnswerError } from '../../connectors/sdk/errors.ts'
import type { HttpDefaults } from '../../connectors/sdk/define-auth.ts'
import { httpOver } from '../../connectors/sdk/http.ts'
import type { Http, HttpOptions, HttpResponse } from '../../connectors/sdk/http.ts'
import { buildRequest } from './build-request.ts'
import { cleanerFor } from './capture.ts'
import type { Cleaner, ExchangeSink } from './capture.ts'
import { startDeadline } from './deadline.ts'
import { decompress } from './decompress.ts'
import { codeOf, meaningOf, refusalIn } from './network-failure.ts'
import type { Network } from './network.ts'
import { responseOf } from './response.ts'
import { AnswerTooLarge } from './transport.ts'
import type { WireAnswer } from './transport.ts'

/** Of one answer, before and after decompression. */
const answerBytesMax = 5_000_000
const timeoutMsDefault = 20_000

export interface HttpClientOptions {
  network: Network
  /** The connection's own API address (region, proxy, stand-in); comes before `defaults.prefixUrl`. */
  baseUrl?: string
  /** What the connector's auth says every request starts with. */
  defaults?: HttpDefaults
  /**
   * Values to cut out of captures and errors: every `secret: true` field of the connection. The same array for every
   * attempt of a connection saves preparing the search again.
   */
  secrets: readonly string[]
  /** Takes each exchange as it ends, the failed ones and followed redirects too; an array will do. */
  exchanges: ExchangeSink
  /** Ends what is under way: the process is going down, or the lease is lost. */
  signal?: AbortSignal
  /** Milliseconds; only differences are used. */
  clock?: () => number
}

/** What the connector is handed, and what the pipeline may ask of it afterwards. */
export interface AttemptHttp extends Http {
  /**
   * True once a writing request of this attempt was carried out or may have been. An action that fails after this
   * (at its second write, or by its own mistake) cannot be repeated blindly, whatever its last error says.
   */
  readonly mayHaveWritten: boolean
}

/**
 * Makes the `http` of one attempt. GET and HEAD go over got and follow up to three redirects; everything else goes over
 * undici and follows none. Nothing is ever repeated here.
 */
export function createHttp(options: HttpClientOptions): AttemptHttp {
  let mayHaveWritten = false
  const http = httpOver((method, path, requestOptions = {}) =>
    exchange(options, method.toUpperCase(), path, requestOptions, () => {
      mayHaveWritten = true
    }),
  )
  return {
    ...http,
    get mayHaveWritten() {
      return mayHaveWritten
    },
  }
}

const monotonicMs = () => performance.now()

async function exchange(
  options: HttpClientOptions,
  method: string,
  path: string,
  requestOptions: HttpOptions,
  onWritten: () => void,
): Promise<HttpResponse> {
  const { network, exchanges, secrets, clock = monotonicMs } = options
  const built = buildRequest(path, requestOptions, options)
  const cleaner = cleanerFor(secrets, built)
  const isReading = method === 'GET' || method === 'HEAD'
  const isWriting = !isReading && method !== 'OPTIONS' && !requestOptions.reads
  const deadline = startDeadline(requestOptions.timeoutMs ?? timeoutMsDefault, options.signal)

  // A redirect replaces these: each hop is captured as the exchange that it is.
  let { url, headers } = built
  let startedAt = clock()
  let hasLeft = false
  const capture = (answer: WireAnswer | undefined, failure?: ExchangeError) => {
    exchanges.push({
      method,
      url: cleaner.url(url),
      requestHeaders: cleaner.headers(headers),
      requestBody: cleaner.body(built.body),
      status: answer?.status,
      responseHeaders: cleaner.headers(answer?.headers ?? {}),
      responseBody: cleaner.body(answer?.body),
      durationMs: Math.round(clock() - startedAt),
      error: failure && { code: failure.code, message: failure.message },
    })
  }

  let received: WireAnswer | undefined
  try {
    const transport = isReading ? network.reads : network.writes
    received = await transport({
      method,
      url,
      headers,
      body: built.body,
      signal: deadline.signal,
      answerBytesMax,
      onLeaving: () => {
        hasLeft = true
      },
      onRedirect: (answer, next) => {
        capture(answer)
        url = next.url
        headers = { ...next.headers }
        startedAt = clock()
      },
    })
    const plain = await decompress(received.body, received.headers['content-encoding'], answerBytesMax)
    if (!plain.whole) throw new AnswerTooLarge(answerBytesMax)
    received = { ...received, body: plain.bytes }
  } catch (error) {
    const reason = deadline.signal.aborted && !received ? deadline.signal.reason : error
    const mayHaveLeft = isWriting && hasLeft
    const failure = failureOf(
      reason,
      { method, url },
      { mayHaveLeft, hasAnswer: received !== undefined },
      cleaner,
    )
    if (mayHaveLeft) onWritten()
    capture(received && { ...received, body: Buffer.alloc(0) }, failure)
    throw failure
  } finally {
    deadline.end()
  }

  const { status } = received
  capture(received)
  const isOk = status >= 200 && status < 300
  if (isWriting && (isOk || isInDoubt(status))) onWritten()
  if (isOk || requestOptions.accept?.includes(status))
    return responseOf(received, () => `${method} ${cleaner.url(url)}`, isWriting)
  throw new HttpStatusError({
    method,
    url: cleaner.url(url),
    status,
    headers: cleaner.headers(received.headers),
    body: cleaner.body(received.body)?.text ?? '',
    mayHaveLeft: isWriting && isInDoubt(status),
  })
}

/**
 * Statuses after which nobody knows whether a write was carried out. 501 and 505 say that it was not; 303 says that it
 * was and that its result is elsewhere.
 */
function isInDoubt(status: number): boolean {
  return status === 303 || status === 408 || (status >= 500 && status !== 501 && status !== 505)
}

function failureOf(
  error: unknown,
  { method, url }: { method: string; url: URL },
  { mayHaveLeft, hasAnswer }: { mayHaveLeft: boolean; hasAnswer: boolean },
  cleaner: Cleaner,
): ExchangeError {
  const refusal = refusalIn(error)
  if (refusal) return refusal
  const meaning = cleaner.text(meaningOf(error))
  // Clients hang the whole request on their errors, credentials included; only the words and the code go on.
  const cause = Object.assign(new Error(meaning), { code: codeOf(error) })
  if (hasAnswer || error instanceof AnswerTooLarge) {
    const what = `${method} ${cleaner.url(url)}`
    return new UnreadableAnswerError(`The answer to ${what} could not be used: ${meaning}`, mayHaveLeft, {
      cause,
    })
  }
  // People read this of a whole connection. Which request it was, and of whom, is in what was captured.
  return new NetworkError(`No answer from ${cleaner.text(url.host)}: ${meaning}.`, mayHaveLeft, { cause })
}

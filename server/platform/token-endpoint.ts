import { z } from 'zod'
import { HttpStatusError, NetworkError, UnreadableAnswerError } from '../../connectors/sdk/errors.ts'
import type { HttpResponse } from '../../connectors/sdk/http.ts'
import type { ClientAuthentication } from '../../connectors/sdk/token-source.ts'
import { TokenEndpointAway, TokenRefused } from './access-token-errors.ts'
import type { ExchangeSink } from './capture.ts'
import { createHttp } from './http-client.ts'
import type { Network } from './network.ts'
import { createRedactor } from './redaction.ts'

/** What a token endpoint granted. */
export interface GrantedTokens {
  accessToken: string
  /** Absent where the vendor gave no new one. */
  refreshToken?: string
  /** By the hub's own clock. Absent where the vendor does not say. */
  expiresAt?: Date
  /** Absent where the vendor does not say: then it is what was asked for (RFC 6749, 5.1). */
  scopes?: string[]
}

/** Who asks. Without `clientSecret` the client is public and only names itself. */
export interface TokenClient {
  clientId?: string
  clientSecret?: string
  clientAuthentication?: ClientAuthentication
}

export interface TokenRequest {
  /** The endpoint's address: for tokens, or for giving one back. */
  url: string
  client: TokenClient
  form: Record<string, string>
  /** Whatever must not be seen in a capture or an error, beside the client's secret: codes, tokens, assertions. */
  secrets: readonly string[]
  exchanges: ExchangeSink
}

export interface TokenEndpointDeps {
  network: Network
  now: () => Date
  stopping: AbortSignal
}

/** Shorter than the lease under which a token is refreshed, so that nobody else begins while an answer may still come. */
export const TOKEN_MS_MAX = 15_000
/** What a vendor that means "never" may write; beyond it a date cannot be kept. */
const LIFETIME_S_MAX = 10 * 365 * 86_400

/**
 * Asks a token endpoint, through the same guard as everything else. Plain HTTP and no OAuth library: what vendors
 * answer differs from the standard in more ways than a strict one forgives. Throws `TokenRefused` where the vendor says
 * no, `TokenEndpointAway` where it says nothing that can be relied on, `AddressRefusedError` for an address inside.
 */
export async function requestTokens(deps: TokenEndpointDeps, request: TokenRequest): Promise<GrantedTokens> {
  // Before the question and not after the answer: whatever it takes on the way, the token ends no earlier than this.
  const askedAt = deps.now()
  const response = await post(deps, request)
  const answer = readAnswer(response)
  if (!answer?.access_token) {
    if (answer?.error) throw refusal(answer, request)
    throw new TokenEndpointAway(
      'The vendor answered the question for an access token with something else. It is asked again later.',
    )
  }
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds, scope } = answer
  const scopes = scope?.split(/[\s,]+/).filter((each) => each !== '')
  return {
    accessToken,
    ...(refreshToken ? { refreshToken } : {}),
    ...(seconds ? { expiresAt: new Date(askedAt.getTime() + Math.min(seconds, LIFETIME_S_MAX) * 1000) } : {}),
    ...(scopes && scopes.length > 0 ? { scopes } : {}),
  }
}

/** Gives a token back (RFC 7009). Throws as `requestTokens` does. */
export async function revokeToken(deps: TokenEndpointDeps, request: TokenRequest): Promise<void> {
  await post(deps, request)
}

async function post(deps: TokenEndpointDeps, request: TokenRequest): Promise<HttpResponse> {
  const { url, client, form, exchanges } = request
  const { clientId, clientSecret, clientAuthentication } = client
  const inHeader = clientSecret !== undefined && clientAuthentication === 'basic'
  const http = createHttp({
    network: deps.network,
    secrets: secretsOf(request),
    // A granted token is nobody's business, not even with its middle cut out.
    exchanges: {
      push: (exchange) =>
        exchanges.push(isOk(exchange.status) ? { ...exchange, responseBody: undefined } : exchange),
    },
    signal: deps.stopping,
  })
  try {
    return await http.post(url, {
      form: {
        ...form,
        ...(clientId !== undefined && !inHeader ? { client_id: clientId } : {}),
        ...(clientSecret !== undefined && !inHeader ? { client_secret: clientSecret } : {}),
      },
      headers: {
        accept: 'application/json',
        ...(inHeader ? { authorization: basic(clientId ?? '', clientSecret) } : {}),
      },
      timeoutMs: TOKEN_MS_MAX,
      reads: true,
    })
  } catch (err) {
    throw failureOf(err, request)
  }
}

/** RFC 6749, 2.3.1: both parts are form-encoded before they are joined. */
function basic(clientId: string, clientSecret: string): string {
  const [id, secret] = [clientId, clientSecret].map((part) =>
    new URLSearchParams({ part }).toString().slice(5),
  )
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

function failureOf(err: unknown, request: TokenRequest): unknown {
  if (err instanceof NetworkError || err instanceof UnreadableAnswerError) {
    return new TokenEndpointAway(err.message, { cause: err })
  }
  if (!(err instanceof HttpStatusError)) return err
  const { status, headers, body } = err
  // 425 and 429 ask for patience, and what breaks on the way says nothing about the sign-in.
  if (status >= 500 || [408, 425, 429].includes(status)) {
    const retryAfter = headers['retry-after']
    return new TokenEndpointAway(`The vendor’s token endpoint answered with status ${status}.`, {
      cause: err,
      ...(retryAfter ? { retryAfter } : {}),
    })
  }
  const answer = parsed(body)
  if (answer?.error) return refusal(answer, request)
  return new TokenRefused(
    '',
    `The vendor’s token endpoint answered with status ${status} and gave no reason. Check the address and the client’s id and secret.`,
  )
}

const word = z.string().max(2_000)
const answerSchema = z.looseObject({
  access_token: z.string().min(1).optional().catch(undefined),
  refresh_token: z.string().min(1).optional().catch(undefined),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  scope: z
    .union([word, z.array(z.string()).transform((scopes) => scopes.join(' '))])
    .optional()
    .catch(undefined),
  error: word.optional().catch(undefined),
  error_description: word.optional().catch(undefined),
})
type TokenAnswer = z.output<typeof answerSchema>

/** Some vendors refuse with status 200; some answer an error as a page. */
function readAnswer(response: HttpResponse): TokenAnswer | undefined {
  return parsed(response.text())
}

function parsed(text: string): TokenAnswer | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(text)).data
  } catch {
    // Not JSON: whoever asks treats that as no answer.
    return undefined
  }
}

function refusal(
  { error = '', error_description: description }: TokenAnswer,
  request: TokenRequest,
): TokenRefused {
  const clean = createRedactor(secretsOf(request))
  const said = clean(description ? `${error}: ${description}` : error).replace(/\.$/, '')
  return new TokenRefused(clean(error), `The vendor gives no access token. It says: “${said}”.`)
}

function secretsOf({ secrets, client }: TokenRequest): readonly string[] {
  return client.clientSecret === undefined ? secrets : [...secrets, client.clientSecret]
}

function isOk(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300
}

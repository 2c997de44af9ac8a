import { importPKCS8, SignJWT } from 'jose'
import type { AuthorizationCode, ClientCredentials, JwtBearer, TokenSource } from '#sdk'
import { TokenRefused } from '../platform/access-token-errors.ts'
import type { ExchangeSink } from '../platform/capture.ts'
import { requestTokens } from '../platform/token-endpoint.ts'
import type { GrantedTokens, TokenClient, TokenEndpointDeps } from '../platform/token-endpoint.ts'
import type { OpenConnection } from './connection-directory.ts'
import type { Tokens } from './grant.ts'

/** Asks for the next access token, each source in its own way. Throws `NoAccessToken`. */
export async function askForTokens(
  deps: TokenEndpointDeps,
  {
    source,
    open,
    tokens,
    exchanges,
  }: {
    source: TokenSource
    open: Pick<OpenConnection, 'secrets'>
    tokens: Tokens | undefined
    exchanges: ExchangeSink
  },
): Promise<GrantedTokens> {
  const secrets = [...open.secrets, ...Object.values(tokens ?? {})]
  const request = { url: source.tokenUrl, client: clientOf(source), exchanges }
  switch (source.kind) {
    case 'authorization_code': {
      const { refreshToken } = tokens ?? {}
      if (!refreshToken) {
        throw new TokenRefused(
          'invalid_grant',
          'The access token has ended, and the vendor gave nothing to renew it with.',
        )
      }
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
      return requestTokens(deps, { ...request, form, secrets })
    }
    case 'client_credentials': {
      const { scopes = [] } = source
      const form = {
        grant_type: 'client_credentials',
        ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
      }
      return requestTokens(deps, { ...request, form, secrets })
    }
    case 'jwt_bearer': {
      const assertion = await signAssertion(source, deps.now())
      const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
      return requestTokens(deps, { ...request, form, secrets: [...secrets, assertion] })
    }
  }
}

/** How a source proves to its token endpoint who asks; a signed statement is proof enough. */
export function clientOf(source: AuthorizationCode | ClientCredentials | JwtBearer): TokenClient {
  if (source.kind === 'jwt_bearer') return {}
  const { clientId, clientSecret, clientAuthentication } = source
  return { clientId, clientAuthentication, ...(clientSecret ? { clientSecret } : {}) }
}

/** Before now, so that a vendor whose clock is a little behind does not take it for a statement from the future. */
const BACK_S = 30
/** Together with `BACK_S` what the strictest vendor allows (Salesforce: three minutes). */
const AHEAD_S = 150

async function signAssertion(source: JwtBearer, now: Date): Promise<string> {
  const at = Math.floor(now.getTime() / 1000)
  const { keyId, issuer, subject, scopes, audience, privateKey } = source
  const key = await importPKCS8(privateKey.replaceAll(String.raw`\n`, '\n').trim(), 'RS256').catch(() => {
    throw new TokenRefused(
      '',
      'The private key cannot be read. Paste it whole, from “-----BEGIN PRIVATE KEY-----” to its last line.',
    )
  })
  const statement = new SignJWT(scopes.length > 0 ? { scope: scopes.join(' ') } : {})
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId ? { kid: keyId } : {}) })
    .setIssuer(issuer)
    .setAudience(audience ?? source.tokenUrl)
    .setIssuedAt(at - BACK_S)
    .setExpirationTime(at + AHEAD_S)
  return (subject ? statement.setSubject(subject) : statement).sign(key)
}

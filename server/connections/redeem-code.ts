import { AddressRefusedError } from '#sdk'
import type { AuthorizationCode } from '#sdk'
import type { HubDeps } from '../deps.ts'
import { NoAccessToken, TokenEndpointAway } from '../platform/access-token-errors.ts'
import { requestTokens } from '../platform/token-endpoint.ts'
import type { GrantedTokens } from '../platform/token-endpoint.ts'
import { clientOf } from './ask-for-tokens.ts'
import type { OpenConnection } from './connection-directory.ts'
import type { PendingSignIn } from './pending-sign-in-store.ts'
import { SignInFailed } from './sign-in-errors.ts'
import { codeVerifierContext, redirectUri } from './start-sign-in.ts'

/** Exchanges what the vendor sent a browser back with for tokens. Throws `SignInFailed`, whose words say what to do next. */
export async function redeemCode(
  deps: Pick<HubDeps, 'network' | 'now' | 'stopping' | 'vault' | 'publicUrl'>,
  open: Pick<OpenConnection, 'secrets'>,
  source: AuthorizationCode,
  pending: Pick<PendingSignIn, 'stateHash' | 'codeVerifier'>,
  params: URLSearchParams,
): Promise<GrantedTokens> {
  const code = params.get('code')
  if (!code) throw refusedByVendor(params)
  const uri = redirectUri(deps.publicUrl)
  const codeVerifier = deps.vault.open(pending.codeVerifier, codeVerifierContext(pending.stateHash))
  try {
    return await requestTokens(deps, {
      url: source.tokenUrl,
      client: clientOf(source),
      form: { grant_type: 'authorization_code', code, redirect_uri: uri, code_verifier: codeVerifier },
      secrets: [...open.secrets, code, codeVerifier],
      exchanges: [],
    })
  } catch (err) {
    throw failureOf(err, uri)
  }
}

/** RFC 6749, 4.1.2.1. */
function refusedByVendor(params: URLSearchParams): SignInFailed {
  const error = params.get('error') ?? ''
  if (error === 'access_denied') {
    return new SignInFailed(
      'vendor_sign_in_denied',
      'You did not agree, so nothing was connected. Go back to the connection and sign in again if you want to.',
    )
  }
  const said = (params.get('error_description') ?? error).slice(0, 500)
  return new SignInFailed(
    'vendor_sign_in_refused',
    said === ''
      ? 'The vendor sent you back without an answer. Go back to the connection and sign in again.'
      : `The vendor refused. It says: “${said}”. Check the client’s id and the scopes in the vendor’s settings, then sign in again.`,
  )
}

function failureOf(err: unknown, uri: string): unknown {
  if (err instanceof TokenEndpointAway) {
    return new SignInFailed('vendor_away', `${err.message} Wait a moment, then sign in again.`, {
      cause: err,
    })
  }
  if (err instanceof AddressRefusedError)
    return new SignInFailed('vendor_sign_in_refused', err.message, { cause: err })
  if (!(err instanceof NoAccessToken)) return err
  return new SignInFailed(
    'vendor_sign_in_refused',
    `${err.message} Check the client’s id and secret, and that ${uri} is registered there as the redirect address, letter by letter. Then sign in again.`,
    { cause: err },
  )
}

import type { ClientAuth, Configuration } from 'openid-client'
import { guardedFetch } from './guarded-fetch.ts'
import type { Network } from './network.ts'

/** Where people sign in with the account they have at work: an OpenID provider that the operator trusts. */
export interface IdentityProvider {
  /** For the button. */
  readonly name: string
  /** Where to send the browser, and what has to come back with it. */
  begin(redirectUri: string): Promise<{ url: string; expects: SignInExpectation }>
  /**
   * Who it is that came back to `url`. Throws `SignInDenied` where the person or the provider said no, and what the
   * library says where anything about the answer is not as it has to be.
   */
  finish(url: URL, expects: SignInExpectation): Promise<Identity>
}

/** Kept with the browser between going and coming back; without it an answer is worth nothing. */
export interface SignInExpectation {
  state: string
  nonce: string
  verifier: string
}

/** What the provider says about somebody, its signature checked. */
export interface Identity {
  issuer: string
  /** Never changes and is never given to somebody else, unlike an email. */
  subject: string
  email: string | undefined
  /** True only where the provider says so itself. */
  emailIsVerified: boolean
  name: string | undefined
}

/** The person did not agree, or the provider does not let them. */
export class SignInDenied extends Error {}

export interface IdentityProviderSettings {
  issuer: string
  clientId: string
  clientSecret: string | undefined
  name: string
}

/** How long what the provider says about itself is believed. */
const DISCOVERED_MS = 12 * 3_600_000

/**
 * Authorisation code with PKCE, state and nonce, by the certified openid-client over the hub's own guarded way out. What
 * the provider says about itself is read at the first sign-in, so a provider that is away keeps no hub from starting.
 */
export function createIdentityProvider(
  settings: IdentityProviderSettings,
  { network, now }: { network: Network; now: () => Date },
): IdentityProvider {
  let discovered: { at: number; config: Promise<Configuration> } | undefined

  function configuration(): Promise<Configuration> {
    const at = now().getTime()
    if (!discovered || at - discovered.at >= DISCOVERED_MS) {
      const config = discover(settings, network)
      discovered = { at, config }
      // One that failed is not kept: the next person tries anew.
      config.catch(() => {
        if (discovered?.config === config) discovered = undefined
      })
    }
    return discovered.config
  }

  return {
    name: settings.name,
    async begin(redirectUri) {
      const { calculatePKCECodeChallenge, buildAuthorizationUrl, ...client } = await import('openid-client')
      const config = await configuration()
      const expects = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: expects.state,
        nonce: expects.nonce,
        code_challenge: await calculatePKCECodeChallenge(expects.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, expects }
    },
    async finish(url, { state, nonce, verifier }) {
      const client = await import('openid-client')
      const config = await configuration()
      const tokens = await client
        .authorizationCodeGrant(config, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        .catch((err: unknown) => {
          if (err instanceof client.AuthorizationResponseError)
            throw new SignInDenied(err.error, { cause: err })
          throw err
        })
      const claims = tokens.claims()
      if (!claims) throw new Error('The provider answered without an ID token.')
      // Some say who somebody is in the token, others only when asked for it.
      const isAsked = claims['email'] === undefined && config.serverMetadata().userinfo_endpoint !== undefined
      const about = isAsked ? await client.fetchUserInfo(config, tokens.access_token, claims.sub) : claims
      return {
        issuer: claims.iss,
        subject: claims.sub,
        email: textIn(about['email']),
        emailIsVerified: about['email_verified'] === true,
        name: textIn(about['name']),
      }
    },
  }
}

async function discover(
  { issuer, clientId, clientSecret }: IdentityProviderSettings,
  network: Network,
): Promise<Configuration> {
  const client = await import('openid-client')
  const server = new URL(issuer)
  // The settings allow plain http on this machine alone.
  // oxlint-disable-next-line typescript/no-deprecated -- marked so by its makers to make people think twice
  const execute = server.protocol === 'http:' ? [client.allowInsecureRequests] : []
  const auth: ClientAuth = (provider, ...rest) => {
    if (!clientSecret) return client.None()(provider, ...rest)
    // Basic is what a provider understands that says nothing (OpenID Connect Discovery 1.0, section 3).
    const methods = provider.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return methods.includes('client_secret_basic')
      ? client.ClientSecretBasic(clientSecret)(provider, ...rest)
      : client.ClientSecretPost(clientSecret)(provider, ...rest)
  }
  return client.discovery(server, clientId, {}, auth, {
    execute,
    [client.customFetch]: guardedFetch(network),
  })
}

function textIn(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { HubDeps } from '../deps.ts'
import { HubError } from '../errors.ts'
import { SignInDenied } from '../platform/identity-provider.ts'
import type { IdentityProvider, SignInExpectation } from '../platform/identity-provider.ts'
import type { BrowserCookies } from './browser-cookies.ts'
import { IdentityRefused } from './account-errors.ts'
import { freshDeviceMark } from './check-password.ts'
import { signInWithIdentity } from './sign-in-with-identity.ts'

/** Where the button leads, and where the provider sends people back to. */
export const IDENTITY_PATH = '/sign-in/oidc'
export const IDENTITY_CALLBACK_PATH = `${IDENTITY_PATH}/callback`

/** Long enough for somebody to find their second factor. */
const PENDING_MS = 10 * 60_000

/** Sealed and beside the rest it stays below the 4 KB at which browsers drop a cookie, and say nothing. */
const TO_BYTES_MAX = 2_000

const pendingSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  until: z.number(),
})

type Deps = Pick<
  HubDeps,
  'accounts' | 'workspaces' | 'storesOf' | 'vault' | 'publicUrl' | 'log' | 'newId' | 'now'
> & { provider: IdentityProvider; cookies: BrowserCookies; allowedDomains: readonly string[] }

export type Receive = (request: IncomingMessage, response: ServerResponse, address: string) => Promise<void>

/**
 * The two steps of signing in elsewhere, both by the address bar. What has to come back is sealed into a cookie of the
 * browser that goes, so an answer that somebody else began is worth nothing in it.
 */
export function receiveIdentity(deps: Deps): { begin: Receive; finish: Receive } {
  const { provider, cookies, vault, publicUrl, log, now } = deps

  return {
    begin: (request, response) =>
      orBackToSignIn(request, response, async () => {
        const to = new URL(request.url ?? '', publicUrl).searchParams.get('to') ?? '/'
        const { url, expects } = await orProviderFailed(provider.begin(publicUrl + IDENTITY_CALLBACK_PATH))
        const isKept = Buffer.byteLength(JSON.stringify(to)) <= TO_BYTES_MAX
        const pending = { ...expects, to: isKept ? to : '/', until: now().getTime() + PENDING_MS }
        goTo(response, url, cookies.keepPending(vault.seal(JSON.stringify(pending), IDENTITY_PATH)))
      }),
    finish: (request, response, address) =>
      orBackToSignIn(request, response, async () => {
        const pending = read(cookies.read(request.headers.cookie ?? null).pending)
        const { search } = new URL(request.url ?? '', publicUrl)
        const came = new URL(publicUrl + IDENTITY_CALLBACK_PATH + search)
        const identity = await orProviderFailed(provider.finish(came, pending))
        const whence = { address, userAgent: request.headers['user-agent'] ?? '' }
        const signedIn = await signInWithIdentity(deps, identity, deps, whence)
        const mark = freshDeviceMark(deps, signedIn.user)
        goTo(response, ownAddress(pending.to), [
          ...cookies.give(signedIn.token, mark),
          ...cookies.dropPending(),
        ])
      }),
  }

  function read(sealed: string | undefined): SignInExpectation & { to: string } {
    if (!sealed) throw new IdentityRefused('identity_sign_in_expired')
    const { until, ...pending } = pendingSchema.parse(JSON.parse(vault.open(sealed, IDENTITY_PATH)))
    if (until < now().getTime()) throw new IdentityRefused('identity_sign_in_expired')
    return pending
  }

  /** A page of ours and no other, whatever stood in the link that the person followed here. */
  function ownAddress(to: string): string {
    const base = new URL(publicUrl)
    const wanted = URL.canParse(to, base) ? new URL(to, base) : base
    return wanted.origin === base.origin ? wanted.href : base.href
  }

  /** The page there words the code; what happened exactly stands in the log. */
  async function orBackToSignIn(
    { method }: IncomingMessage,
    response: ServerResponse,
    step: () => Promise<void>,
  ): Promise<void> {
    // Something that only looks must not use the provider's answer up.
    if (method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end()
    try {
      await step()
    } catch (err) {
      const code = codeOf(err)
      if (code === 'identity_hub_failed') log.error({ stage: 'identity.failed', err })
      else log.warn({ stage: 'identity.refused', outcome: code, err })
      goTo(response, `${publicUrl}/sign-in?problem=${code}`, cookies.dropPending())
    }
  }
}

/** The provider does not answer, or not as it has to. Whatever else breaks on the way is not its fault. */
class ProviderFailed extends Error {}

async function orProviderFailed<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking
  } catch (err) {
    if (err instanceof SignInDenied) throw err
    throw new ProviderFailed(err instanceof Error ? err.message : String(err), { cause: err })
  }
}

function codeOf(err: unknown): string {
  if (err instanceof HubError) return err.code
  if (err instanceof SignInDenied) return 'identity_denied'
  return err instanceof ProviderFailed ? 'identity_provider_failed' : 'identity_hub_failed'
}

function goTo(response: ServerResponse, location: string, setCookies: string[]): void {
  response
    .writeHead(303, {
      location,
      'set-cookie': setCookies,
      'cache-control': 'no-store',
      // The address that is left holds the provider's code.
      'referrer-policy': 'no-referrer',
    })
    .end()
}

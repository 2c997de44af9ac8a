import { createHash, randomBytes } from 'node:crypto'
import type { AuthorizationCode } from '#sdk'
import type { WorkspaceDeps } from '../deps.ts'
import { isUsable } from './connection-directory.ts'
import { ConnectionNotFound, ConnectionUnusable } from './connection-errors.ts'
import { sourceName } from './grant.ts'
import { SignInElsewhere, SignInNotOffered } from './sign-in-errors.ts'

/** What a person's browser needs to sign in at a vendor. */
export interface StartedSignIn {
  connectionId: string
  /** The vendor's page to open. */
  url: string
  expiresAt: Date
  /** To be kept by the browser that asked, out of reach of scripts: nobody else can finish what it has begun. */
  cookie: { name: string; value: string }
}

/** A person who first has to find their password needs a while. */
export const SIGN_IN_MS = 10 * 60_000

export const CALLBACK_PATH = '/oauth/callback'

/** Where vendors send people back to: to be registered with each of them, exactly as it stands. */
export function redirectUri(publicUrl: string): string {
  return publicUrl + CALLBACK_PATH
}

/** The cookie of one sign-in: several can be under way in one browser. */
export function cookieName(stateHash: string): string {
  return `switchyard_sign_in_${stateHash.slice(0, 16)}`
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What the code verifier of a sign-in is sealed to. */
export function codeVerifierContext(stateHash: string): string {
  return `${stateHash}/code-verifier`
}

/**
 * Begins a sign-in at the vendor (RFC 6749, 4.1, with PKCE). `origin` is where the page that asks is open, if it is a
 * page: the vendor sends people back to the public address, and a browser keeps its cookies for each address apart.
 */
export async function startSignIn(
  deps: Pick<
    WorkspaceDeps,
    'connections' | 'hub' | 'pendingSignIns' | 'vault' | 'publicUrl' | 'workspaceId' | 'now'
  >,
  id: string,
  asking: { startedBy: { id: string; name: string }; origin: string | undefined },
): Promise<StartedSignIn> {
  if (!(await deps.connections.find(id))) throw new ConnectionNotFound(id)
  const open = await deps.hub.connections.byId(id)
  if (!isUsable(open)) throw new ConnectionUnusable(open?.unusable ?? 'connector_missing')
  const { tokenSource: source } = open
  if (source?.kind !== 'authorization_code') throw new SignInNotOffered()
  const { origin } = new URL(deps.publicUrl)
  if (asking.origin !== undefined && asking.origin !== origin) throw new SignInElsewhere(deps.publicUrl)

  const state = randomBytes(32).toString('base64url')
  const browser = randomBytes(32).toString('base64url')
  const codeVerifier = randomBytes(32).toString('base64url')
  const stateHash = sha256(state)
  const expiresAt = new Date(deps.now().getTime() + SIGN_IN_MS)
  await deps.pendingSignIns.add({
    stateHash,
    browserHash: sha256(browser),
    connectionId: id,
    workspaceId: deps.workspaceId,
    source: sourceName(source),
    codeVerifier: deps.vault.seal(codeVerifier, codeVerifierContext(stateHash)),
    startedBy: asking.startedBy,
    expiresAt,
  })
  const url = authorizationUrl(source, { state, codeVerifier, redirectUri: redirectUri(deps.publicUrl) })
  return { connectionId: id, url, expiresAt, cookie: { name: cookieName(stateHash), value: browser } }
}

function authorizationUrl(
  { authorizationUrl: address, clientId, scopes, authorizationParams }: AuthorizationCode,
  asked: { state: string; codeVerifier: string; redirectUri: string },
): string {
  const url = new URL(address)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Error(`A vendor's sign-in page cannot begin with ${url.protocol}.`)
  const params = {
    ...authorizationParams,
    response_type: 'code',
    client_id: clientId,
    redirect_uri: asked.redirectUri,
    ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    state: asked.state,
    code_challenge: createHash('sha256').update(asked.codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url.toString()
}

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { TokenSource } from '#sdk'
import type { Reason } from '../errors.ts'
import type { Vault } from '../platform/vault.ts'
import type { Connection } from './connection-store.ts'

/** What a vendor granted to a connection. The tokens themselves are sealed. */
export interface Grant {
  /** Another one after every change of the tokens: whoever changes them says which ones it has read. */
  revision: string
  /** Whose tokens these are, as a hash: other credentials or another API address make them somebody else's. */
  source: string
  /** Sealed JSON of `Tokens`; absent once they are known to be worthless. */
  tokens?: string
  /** Of the access token, by the hub's clock; absent where the vendor does not say. */
  expiresAt?: Date
  /** False where the vendor gave nothing to renew the access token with. */
  renewable: boolean
  scopes: string[]
  /** Whose account it is, in the vendor's words. */
  account?: string
  signedInAt: Date
  refreshedAt: Date
  /** Set while deliveries that waited for this sign-in may still have to be woken. */
  toWake?: true
  /** Set once the vendor no longer accepts it. */
  lost?: { at: Date; reason: Reason }
}

export interface Tokens {
  accessToken: string
  refreshToken?: string
}

const tokensSchema = z.object({ accessToken: z.string(), refreshToken: z.string().optional() })

/** What the tokens of a connection are sealed to. */
export function tokensContext({ workspaceId, id }: Pick<Connection, 'workspaceId' | 'id'>): string {
  return `${workspaceId}/${id}/tokens`
}

export function sealTokens(
  vault: Vault,
  place: Pick<Connection, 'workspaceId' | 'id'>,
  { accessToken, refreshToken }: Tokens,
): string {
  return vault.seal(JSON.stringify({ accessToken, refreshToken }), tokensContext(place))
}

/** Throws what the vault throws. */
export function openTokens(
  vault: Vault,
  place: Pick<Connection, 'workspaceId' | 'id'>,
  sealed: string,
): Tokens {
  const { accessToken, refreshToken } = tokensSchema.parse(
    JSON.parse(vault.open(sealed, tokensContext(place))),
  )
  return { accessToken, ...(refreshToken ? { refreshToken } : {}) }
}

/** Names whose tokens a source gives. What a person agreed to outlasts new scopes; what the hub asks for itself does not. */
export function sourceName(source: TokenSource): string {
  const parts =
    source.kind === 'authorization_code'
      ? [source.kind, source.tokenUrl, source.clientId]
      : source.kind === 'client_credentials'
        ? [source.kind, source.tokenUrl, source.clientId, ...(source.scopes ?? [])]
        : [source.kind, source.tokenUrl, source.issuer, source.subject ?? '', ...source.scopes]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** True where only a person can get a connection its access token. */
export function needsSignIn(source: TokenSource | undefined, grant: Grant | undefined): boolean {
  if (source?.kind !== 'authorization_code') return false
  return !grant?.tokens || grant.lost !== undefined || grant.source !== sourceName(source)
}

/** What was asked for and not agreed to. That an offline scope was granted shows in a refresh token and is seldom said. */
export function missingScopes(source: TokenSource, { scopes, renewable }: Grant): string[] {
  const granted = new Set(scopes)
  return (source.scopes ?? []).filter(
    (scope) => !granted.has(scope) && !(renewable && offlineScopes.has(scope)),
  )
}

const offlineScopes = new Set(['offline_access', 'refresh_token'])

const MARGIN_MS = 60_000

/** Whether the access token outlasts a request that starts now. One that lives briefly is renewed in its last quarter. */
export function isFresh(
  { expiresAt, refreshedAt }: Pick<Grant, 'expiresAt' | 'refreshedAt'>,
  now: Date,
): boolean {
  if (!expiresAt) return true
  const lifetimeMs = expiresAt.getTime() - refreshedAt.getTime()
  return expiresAt.getTime() - now.getTime() > Math.min(MARGIN_MS, lifetimeMs / 4)
}

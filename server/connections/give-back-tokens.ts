import type { Reason } from '../errors.ts'
import type { HubDeps } from '../deps.ts'
import { revokeToken } from '../platform/token-endpoint.ts'
import { clientOf } from './ask-for-tokens.ts'
import { isUsable } from './connection-directory.ts'
import type { OpenConnection, Unusable } from './connection-directory.ts'
import type { Connection } from './connection-store.ts'
import { openTokens } from './grant.ts'

/**
 * Asks the vendor to forget what it granted (RFC 7009), as well as that can be done: what is left for a person to do in
 * the vendor's own settings is the answer. Nothing where nobody was signed in.
 */
export async function giveBackTokens(
  deps: Pick<HubDeps, 'network' | 'now' | 'stopping' | 'vault' | 'log'>,
  { id, workspaceId, grant }: Connection,
  open: OpenConnection | Unusable | undefined,
): Promise<Reason[]> {
  if (!grant?.tokens || !isUsable(open) || open.tokenSource?.kind !== 'authorization_code') return []
  const source = open.tokenSource
  const left = [{ code: 'sign_in_not_revoked', data: { connector: open.connector.name } }]
  if (!source.revocationUrl) return left
  try {
    const { accessToken, refreshToken } = openTokens(deps.vault, { workspaceId, id }, grant.tokens)
    // With the refresh token the vendor takes back what came of it (RFC 7009, 2.1).
    const form = refreshToken
      ? { token: refreshToken, token_type_hint: 'refresh_token' }
      : { token: accessToken, token_type_hint: 'access_token' }
    await revokeToken(deps, {
      url: source.revocationUrl,
      client: clientOf(source),
      form,
      secrets: [...open.secrets, accessToken, refreshToken ?? ''],
      exchanges: [],
    })
    deps.log.info({ stage: 'connection.sign_in_revoked', connection: id })
    return []
  } catch (err) {
    deps.log.warn({ stage: 'connection.sign_in_not_revoked', connection: id, err })
    return left
  }
}

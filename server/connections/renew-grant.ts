import type { TokenSource } from '#sdk'
import type { Reason } from '../errors.ts'
import { SignInNeeded, TokenRefused } from '../platform/access-token-errors.ts'
import type { ExchangeSink } from '../platform/capture.ts'
import type { ConfigRevision } from '../platform/config-revision.ts'
import type { NewId } from '../platform/ids.ts'
import type { Logger } from '../platform/logger.ts'
import type { GrantedTokens, TokenEndpointDeps } from '../platform/token-endpoint.ts'
import type { Vault } from '../platform/vault.ts'
import { askForTokens } from './ask-for-tokens.ts'
import type { OpenConnection } from './connection-directory.ts'
import type { GrantStore } from './grant-store.ts'
import { sealTokens, sourceName } from './grant.ts'
import type { Grant, Tokens } from './grant.ts'

export interface RenewGrantDeps extends TokenEndpointDeps {
  grants: GrantStore
  vault: Vault
  config: ConfigRevision
  processId: string
  newId: NewId
  log: Logger
  sleep: (ms: number) => Promise<void>
  /** The process is ending: nothing is tried again for long. */
  isClosing: () => boolean
}

/** What there is when a token is renewed. */
export interface Before {
  /** Of whatever is stored, whoever it belongs to. */
  revision: string | undefined
  grant: Grant | undefined
  tokens: Tokens | undefined
}

const STORE_AGAIN_MS = 500

/**
 * Asks the vendor for the next tokens and stores them; to be called by who has claimed the right to. Only what is stored
 * is returned, since a vendor that gives a new refresh token takes back the former one. Nothing where somebody has signed
 * in meanwhile: then that counts. Throws `NoAccessToken`.
 */
export async function renewGrant(
  deps: RenewGrantDeps,
  open: OpenConnection,
  source: TokenSource,
  { revision, grant, tokens }: Before,
  exchanges: ExchangeSink,
): Promise<{ grant: Grant; tokens: Tokens } | undefined> {
  const { id } = open.connection
  const { grants, log } = deps
  try {
    const granted = await askForTokens(deps, { source, open, tokens, exchanges })
    const next = grantOf(deps, open, source, { grant, tokens }, granted)
    const isStored = await untilStored(deps, id, () => grants.replace(id, revision, next.grant))
    if (!isStored) return undefined
    log.info({ stage: 'connection.token_renewed', connection: id, kind: source.kind })
    return next
  } catch (err) {
    if (grant && isOver(err, source)) {
      if (!(await lose(deps, id, grant, err))) return undefined
      throw new SignInNeeded()
    }
    log.warn({ stage: 'connection.token_not_renewed', connection: id, err })
    throw err
  } finally {
    await grants.giveBack(id, deps.processId)
  }
}

function grantOf(
  { now, newId, vault }: RenewGrantDeps,
  open: OpenConnection,
  source: TokenSource,
  before: Pick<Before, 'grant' | 'tokens'>,
  granted: GrantedTokens,
): { grant: Grant; tokens: Tokens } {
  const at = now()
  // Most vendors give no new refresh token: the former one goes on.
  const refreshToken = granted.refreshToken ?? before.tokens?.refreshToken
  const tokens: Tokens = { accessToken: granted.accessToken, ...(refreshToken ? { refreshToken } : {}) }
  const { expiresAt: _before, ...kept } = before.grant ?? { signedInAt: at }
  return {
    tokens,
    grant: {
      ...kept,
      revision: newId('gnt'),
      source: sourceName(source),
      tokens: sealTokens(vault, open.connection, tokens),
      ...(granted.expiresAt ? { expiresAt: granted.expiresAt } : {}),
      renewable: refreshToken !== undefined,
      scopes: granted.scopes ?? before.grant?.scopes ?? [...(source.scopes ?? [])],
      refreshedAt: at,
    },
  }
}

/** RFC 6749, 5.2: the refresh token is "invalid, expired, revoked" or another client's. Nothing else means that. */
function isOver(err: unknown, { kind }: TokenSource): err is TokenRefused {
  return kind === 'authorization_code' && err instanceof TokenRefused && err.error === 'invalid_grant'
}

/** The sign-in is worth nothing any more. False where another one has taken its place. */
async function lose(
  { grants, config, newId, now, log }: RenewGrantDeps,
  id: string,
  grant: Grant,
  because: TokenRefused,
): Promise<boolean> {
  const { tokens: _worthless, expiresAt: _past, ...rest } = grant
  const reason: Reason = { code: because.code, data: { error: because.error, message: because.message } }
  const lost = { ...rest, revision: newId('gnt'), lost: { at: now(), reason } }
  if (!(await grants.replace(id, grant.revision, lost))) return false
  log.warn({ stage: 'connection.sign_in_lost', connection: id, reason: because.error })
  await config.bump()
  return true
}

/** The vendor's new refresh token is known here alone: while the database is away, storing it is tried again. */
async function untilStored(
  { sleep, isClosing, log }: RenewGrantDeps,
  id: string,
  store: () => Promise<boolean>,
): Promise<boolean> {
  for (;;) {
    try {
      return await store()
    } catch (err) {
      if (isClosing()) throw err
      log.warn({ stage: 'connection.token_stored_late', connection: id, err })
      await sleep(STORE_AGAIN_MS)
    }
  }
}

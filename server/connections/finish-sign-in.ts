import { timingSafeEqual } from 'node:crypto'
import type { AuthorizationCode } from '#sdk'
import type { Whence } from '../accounts/open-session.ts'
import { roleNow } from '../accounts/role-now.ts'
import { isAtLeast } from '../accounts/role.ts'
import { workspaceDeps } from '../deps.ts'
import type { HubDeps } from '../deps.ts'
import { HubError } from '../errors.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import type { GrantedTokens } from '../platform/token-endpoint.ts'
import { checkConnection } from './check-connection.ts'
import type { ConnectionCheck } from './check-connection.ts'
import { isUsable } from './connection-directory.ts'
import type { OpenConnection } from './connection-directory.ts'
import { missingScopes, sealTokens, sourceName } from './grant.ts'
import type { Grant, Tokens } from './grant.ts'
import type { PendingSignIn } from './pending-sign-in-store.ts'
import { SignInFailed } from './sign-in-errors.ts'
import { redeemCode } from './redeem-code.ts'
import { cookieName, sha256 } from './start-sign-in.ts'
import { wakeMended } from './wake-mended.ts'

/** What the vendor sends a browser back with. */
export interface ReturnedSignIn {
  params: URLSearchParams
  cookies: Record<string, string | undefined>
  /** From where, for the audit log. */
  whence: Whence
}

export interface FinishedSignIn {
  connectionId: string
  name: string
  account: string | undefined
  missingScopes: string[]
  /** The sign-in ends by itself then, since the vendor gave nothing to renew it with. */
  endsAt: Date | undefined
  check: ConnectionCheck | undefined
}

export type SignInHubDeps = HubDeps & { health: DestinationHealth }

/**
 * Ends a sign-in: redeems the vendor's code, keeps the tokens, asks whose account it is, and lets deliveries that waited
 * for it go. Throws `SignInFailed`, whose words say what to do next.
 */
export async function finishSignIn(deps: SignInHubDeps, returned: ReturnedSignIn): Promise<FinishedSignIn> {
  const pending = await takePending(deps, returned)
  try {
    const finished = await finishPending(deps, pending, returned.params)
    await note(deps, pending, returned.whence, 'done')
    return finished
  } catch (err) {
    await note(deps, pending, returned.whence, err instanceof HubError ? err.code : 'failed')
    throw err
  }
}

/** Taken out before anything else, so that what comes a second time finds nothing. */
async function takePending(deps: SignInHubDeps, { params, cookies }: ReturnedSignIn): Promise<PendingSignIn> {
  const state = params.get('state') ?? ''
  const pending = state === '' ? undefined : await deps.pendingSignIns.take(sha256(state))
  if (!pending) {
    throw new SignInFailed(
      'vendor_sign_in_unknown',
      'This sign-in was finished already, or never begun here. Go back to the connection and sign in again.',
    )
  }
  const browser = cookies[cookieName(pending.stateHash)] ?? ''
  if (!timingSafeEqual(Buffer.from(sha256(browser)), Buffer.from(pending.browserHash))) {
    throw new SignInFailed(
      'vendor_sign_in_elsewhere',
      `This sign-in was begun in another browser, or at another address than ${deps.publicUrl}. Open the connection at that address and sign in again, all in one browser.`,
    )
  }
  if (pending.expiresAt <= deps.now()) {
    throw new SignInFailed(
      'vendor_sign_in_expired',
      'This sign-in took too long and is no longer valid. Go back to the connection and sign in again.',
    )
  }
  return pending
}

async function finishPending(
  deps: SignInHubDeps,
  pending: PendingSignIn,
  params: URLSearchParams,
): Promise<FinishedSignIn> {
  const role = await roleNow(deps, pending.workspaceId, pending.startedBy.id)
  if (!role || !isAtLeast(role, 'ops')) {
    throw new SignInFailed(
      'vendor_sign_in_unknown',
      'Whoever began this sign-in may no longer change connections. Ask somebody who may to sign in.',
    )
  }
  const open = await deps.connections.byId(pending.connectionId)
  if (
    !isUsable(open) ||
    open.tokenSource?.kind !== 'authorization_code' ||
    sourceName(open.tokenSource) !== pending.source
  ) {
    throw new SignInFailed(
      'vendor_sign_in_unknown',
      'The connection was changed or deleted while you signed in. Go back to it and sign in again.',
    )
  }
  const granted = await redeemCode(deps, open, open.tokenSource, pending, params)
  const grant = await keep(deps, open, open.tokenSource, granted)
  const check = await wakeAndCheck(deps, open, grant)
  return {
    connectionId: open.connection.id,
    name: open.connection.name,
    account: check?.account,
    missingScopes: missingScopes(open.tokenSource, grant),
    endsAt: grant.renewable ? undefined : grant.expiresAt,
    check,
  }
}

async function keep(
  deps: SignInHubDeps,
  open: OpenConnection,
  source: AuthorizationCode,
  { accessToken, refreshToken, expiresAt, scopes }: GrantedTokens,
): Promise<Grant> {
  const tokens: Tokens = { accessToken, ...(refreshToken ? { refreshToken } : {}) }
  const at = deps.now()
  const grant: Grant = {
    revision: deps.newId('gnt'),
    source: sourceName(source),
    tokens: sealTokens(deps.vault, open.connection, tokens),
    ...(expiresAt ? { expiresAt } : {}),
    renewable: refreshToken !== undefined,
    scopes: scopes ?? [...source.scopes],
    signedInAt: at,
    refreshedAt: at,
    toWake: true,
  }
  await deps.grants.set(open.connection.id, grant)
  await deps.config.bump()
  deps.log.info({ stage: 'connection.signed_in', connection: open.connection.id, renewable: grant.renewable })
  return grant
}

/** Whose account it is, the vendor knows; whether it says so or not, what waited may go. */
async function wakeAndCheck(
  deps: SignInHubDeps,
  { connection, connector }: OpenConnection,
  grant: Grant,
): Promise<ConnectionCheck | undefined> {
  await wakeMended(deps, { ...connection, grant })
  if (!connector.auth.check) return undefined
  return checkConnection(workspaceDeps(deps, connection.workspaceId), deps.health, connection.id)
}

/** Written here, since nobody called a mutation: the vendor sent a browser. */
async function note(
  { storesOf }: SignInHubDeps,
  { workspaceId, connectionId, startedBy }: PendingSignIn,
  whence: Whence,
  outcome: string,
): Promise<void> {
  await storesOf(workspaceId).audit.add({
    actor: startedBy.id,
    actorName: startedBy.name,
    action: 'finishConnectionSignIn',
    subject: connectionId,
    ...whence,
    outcome,
  })
}

import type { TokenSource } from '#sdk'
import type { Reason } from '../errors.ts'
import { SignInNeeded, TokenEndpointAway, TokenRefused } from '../platform/access-token-errors.ts'
import type { ExchangeSink } from '../platform/capture.ts'
import type { ConfigRevision } from '../platform/config-revision.ts'
import type { NewId } from '../platform/ids.ts'
import type { Logger } from '../platform/logger.ts'
import { TOKEN_MS_MAX } from '../platform/token-endpoint.ts'
import type { GrantedTokens, TokenEndpointDeps } from '../platform/token-endpoint.ts'
import type { Vault } from '../platform/vault.ts'
import { askForTokens } from './ask-for-tokens.ts'
import type { OpenConnection } from './connection-directory.ts'
import type { GrantStore } from './grant-store.ts'
import { isFresh, needsSignIn, openTokens, sealTokens, sourceName } from './grant.ts'
import type { Grant, Tokens } from './grant.ts'

/** A token that can be used now. */
export interface AccessToken {
  value: string
  /** Of the grant it belongs to: another revision is another token. */
  revision: string
  /** Every secret of the connection, its tokens included, to be cut out of whatever is captured. */
  secrets: readonly string[]
}

/** What asks for a token may see how it was got, and may stop waiting. */
export interface Asking {
  exchanges: ExchangeSink
  signal: AbortSignal
}

/** The access tokens of all connections: kept, renewed before they end, by one process at a time. */
export interface AccessTokens {
  /** A token that outlasts a request. Throws `NoAccessToken`. */
  get(open: OpenConnection, asking: Asking): Promise<AccessToken>
  /** After the vendor refused `spent`: the next one, or the same where there can be no other. Throws `NoAccessToken`. */
  renew(open: OpenConnection, spent: Pick<AccessToken, 'revision'>, asking: Asking): Promise<AccessToken>
  /** Resolves when no token is being asked for, or soon: what a vendor has just given must not be lost. */
  idle(): Promise<void>
}

export interface AccessTokenDeps extends TokenEndpointDeps {
  grants: GrantStore
  vault: Vault
  config: ConfigRevision
  processId: string
  newId: NewId
  log: Logger
  sleep: (ms: number) => Promise<void>
}

/** What there is when a token is renewed. */
interface Before {
  revision: string | undefined
  grant: Grant | undefined
  tokens: Tokens | undefined
}

interface Held extends AccessToken {
  expiresAt: Date | undefined
  refreshedAt: Date
}

/** Longer than the token endpoint may take, so that only what a dead process left is taken over. */
const LEASE_MS = 2 * TOKEN_MS_MAX
/** How often a process that waits for another one's token looks whether it is there. */
const LOOK_MS = 100
const SAVE_AGAIN_MS = 500
/** A vendor that refuses what it gave a moment ago means something else by it; asking again would only use up its patience. */
const JUST_GIVEN_MS = 60_000
/** The values of former tokens still turn up, in an answer to a request that was under way. */
const FORMER_MAX = 4
const HELD_MAX = 20_000

export function createAccessTokens(deps: AccessTokenDeps): AccessTokens {
  const { grants, now, processId } = deps
  const held = new Map<string, Held>()
  const former = new Map<string, string[]>()
  const underWay = new Map<string, Promise<Held>>()
  let isClosing = false
  // Somebody may have signed in as somebody else, in any process.
  deps.config.onChange(() => held.clear())

  async function get(open: OpenConnection, asking: Asking): Promise<AccessToken> {
    const source = sourceOf(open)
    const known = held.get(open.connection.id)
    if (known && isFresh(known, now())) return known
    return beforeAbort(flight(open, source, asking), asking.signal)
  }

  async function renew(
    open: OpenConnection,
    spent: Pick<AccessToken, 'revision'>,
    asking: Asking,
  ): Promise<AccessToken> {
    const source = sourceOf(open)
    const { id } = open.connection
    // A flight that began before may end in the very token that was refused.
    const joined = underWay.get(id)
    if (joined) {
      const next = await beforeAbort(joined, asking.signal)
      if (next.revision !== spent.revision) return next
    }
    return beforeAbort(flight(open, source, asking, spent.revision), asking.signal)
  }

  function flight(
    open: OpenConnection,
    source: TokenSource,
    { exchanges }: Asking,
    spent?: string,
  ): Promise<Held> {
    const { id } = open.connection
    const flying =
      underWay.get(id) ??
      obtain(open, source, exchanges, spent).finally(() => {
        underWay.delete(id)
      })
    underWay.set(id, flying)
    return flying
  }

  /** Whatever it takes: reads what is stored, renews it under the lease, or waits for the process that does. */
  async function obtain(
    open: OpenConnection,
    source: TokenSource,
    exchanges: ExchangeSink,
    spent: string | undefined,
  ): Promise<Held> {
    const { id } = open.connection
    for (const begunAt = now().getTime(); ; await deps.sleep(LOOK_MS)) {
      const connection = await grants.find(id)
      if (!connection || needsSignIn(source, connection.grant)) throw new SignInNeeded()
      const { grant } = connection
      // Tokens of other credentials, or of another address, are not handed to this one.
      const mine = grant?.source === sourceName(source) ? grant : undefined
      const tokens = mine?.tokens ? openTokens(deps.vault, connection, mine.tokens) : undefined
      if (mine && tokens && !mustRenew(source, mine, spent)) return hold(open, mine, tokens)

      const until = new Date(now().getTime() + LEASE_MS)
      if (await grants.claim(id, grant?.revision, processId, now(), until)) {
        const before = { revision: grant?.revision, grant: mine, tokens }
        const renewed = await renewClaimed(open, source, before, exchanges)
        if (renewed) return renewed
      } else if (now().getTime() - begunAt > LEASE_MS + TOKEN_MS_MAX) {
        throw new TokenEndpointAway(
          'Another process is still renewing the access token. It is tried again later.',
        )
      }
    }
  }

  function mustRenew(source: TokenSource, grant: Grant, spent: string | undefined): boolean {
    const canRenew = source.kind !== 'authorization_code' || grant.renewable
    if (!isFresh(grant, now())) return true
    if (grant.revision !== spent || !canRenew) return false
    return now().getTime() - grant.refreshedAt.getTime() >= JUST_GIVEN_MS
  }

  /** Nothing where somebody has signed in meanwhile: then that counts. */
  async function renewClaimed(
    open: OpenConnection,
    source: TokenSource,
    { revision, grant, tokens }: Before,
    exchanges: ExchangeSink,
  ): Promise<Held | undefined> {
    const { id } = open.connection
    try {
      const granted = await askForTokens(deps, { source, open, tokens, exchanges })
      const next = renewedGrant(open, source, grant, tokens, granted)
      // Only what is stored is used: a vendor that gives a new refresh token takes back the former one.
      const isStored = await untilStored(id, () => grants.replace(id, revision, next.grant))
      if (!isStored) return undefined
      deps.log.info({ stage: 'connection.token_renewed', connection: id, kind: source.kind })
      return hold(open, next.grant, next.tokens)
    } catch (err) {
      if (grant && isOver(err, source)) {
        if (!(await lose(id, grant, err))) return undefined
        throw new SignInNeeded()
      }
      deps.log.warn({ stage: 'connection.token_not_renewed', connection: id, err })
      throw err
    } finally {
      await grants.giveBack(id, processId)
    }
  }

  function renewedGrant(
    open: OpenConnection,
    source: TokenSource,
    before: Grant | undefined,
    tokens: Tokens | undefined,
    granted: GrantedTokens,
  ): { grant: Grant; tokens: Tokens } {
    const at = now()
    // Most vendors give no new refresh token: the former one goes on.
    const refreshToken = granted.refreshToken ?? tokens?.refreshToken
    const next: Tokens = { accessToken: granted.accessToken, ...(refreshToken ? { refreshToken } : {}) }
    const { expiresAt: _before, ...kept } = before ?? { signedInAt: at }
    return {
      tokens: next,
      grant: {
        ...kept,
        revision: deps.newId('gnt'),
        source: sourceName(source),
        tokens: sealTokens(deps.vault, open.connection, next),
        ...(granted.expiresAt ? { expiresAt: granted.expiresAt } : {}),
        renewable: refreshToken !== undefined,
        scopes: granted.scopes ?? before?.scopes ?? [...(source.scopes ?? [])],
        refreshedAt: at,
      },
    }
  }

  /** The sign-in is worth nothing any more. False where another one has taken its place. */
  async function lose(id: string, grant: Grant, because: TokenRefused): Promise<boolean> {
    const { tokens: _worthless, expiresAt: _past, ...rest } = grant
    const reason: Reason = { code: because.code, data: { error: because.error, message: because.message } }
    const lost = { ...rest, revision: deps.newId('gnt'), lost: { at: now(), reason } }
    if (!(await grants.replace(id, grant.revision, lost))) return false
    deps.log.warn({ stage: 'connection.sign_in_lost', connection: id, reason: because.error })
    await deps.config.bump()
    return true
  }

  /** The vendor's new refresh token is known here alone: while the database is away, storing it is tried again. */
  async function untilStored(id: string, store: () => Promise<boolean>): Promise<boolean> {
    for (;;) {
      try {
        return await store()
      } catch (err) {
        if (isClosing) throw err
        deps.log.warn({ stage: 'connection.token_stored_late', connection: id, err })
        await deps.sleep(SAVE_AGAIN_MS)
      }
    }
  }

  function hold(open: OpenConnection, grant: Grant, { accessToken, refreshToken }: Tokens): Held {
    const { id } = open.connection
    const known = held.get(id)
    if (known?.revision === grant.revision) return known
    const values = [accessToken, ...(refreshToken ? [refreshToken] : [])]
    const before = former.get(id) ?? []
    const all = [...new Set([...values, ...before])]
    if (former.size >= HELD_MAX) former.clear()
    former.set(id, all.slice(0, FORMER_MAX))
    const fresh: Held = {
      value: accessToken,
      revision: grant.revision,
      secrets: [...open.secrets, ...all],
      expiresAt: grant.expiresAt,
      refreshedAt: grant.refreshedAt,
    }
    held.set(id, fresh)
    return fresh
  }

  return {
    get,
    renew,
    async idle() {
      isClosing = true
      await Promise.allSettled(underWay.values())
    },
  }
}

function sourceOf({ tokenSource, needsSignIn: isNeeded }: OpenConnection): TokenSource {
  if (!tokenSource || isNeeded) throw new SignInNeeded()
  return tokenSource
}

/** RFC 6749, 5.2: the refresh token is "invalid, expired, revoked" or another client's. Nothing else means that. */
function isOver(err: unknown, { kind }: TokenSource): err is TokenRefused {
  return kind === 'authorization_code' && err instanceof TokenRefused && err.error === 'invalid_grant'
}

/** An attempt's time may be up before the token is there; the flight goes on for the others. */
function beforeAbort<T>(flying: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(new TokenEndpointAway('The access token was not there in time. It is tried again later.'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    flying.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

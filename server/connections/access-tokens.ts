import type { TokenSource } from '#sdk'
import { SignInNeeded, TokenEndpointAway } from '../platform/access-token-errors.ts'
import type { ExchangeSink } from '../platform/capture.ts'
import { TOKEN_MS_MAX } from '../platform/token-endpoint.ts'
import type { OpenConnection } from './connection-directory.ts'
import { isFresh, needsSignIn, openTokens, sourceName } from './grant.ts'
import type { Grant, Tokens } from './grant.ts'
import { renewGrant } from './renew-grant.ts'
import type { RenewGrantDeps } from './renew-grant.ts'

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

export type AccessTokenDeps = Omit<RenewGrantDeps, 'isClosing'>

interface Held extends AccessToken {
  expiresAt: Date | undefined
  refreshedAt: Date
}

/** Longer than the token endpoint may take, so that only what a dead process left is taken over. */
const LEASE_MS = 2 * TOKEN_MS_MAX
/** How often a process that waits for another one's token looks whether it is there. */
const LOOK_MS = 100
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
        const renewed = await renewGrant(
          { ...deps, isClosing: () => isClosing },
          open,
          source,
          before,
          exchanges,
        )
        if (renewed) return hold(open, renewed.grant, renewed.tokens)
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

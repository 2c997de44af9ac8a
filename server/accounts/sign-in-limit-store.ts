import { createHash } from 'node:crypto'
import type { RateLimiterMongo } from 'rate-limiter-flexible'
import type { DatabaseConnection } from '../platform/mongo.ts'
import { TooManyAttempts } from './account-errors.ts'
import { networkOf } from './network-of.ts'

/** Who tries to sign in, as whom. */
export interface SignInAttempt {
  email: string
  address: string
  /** A browser in which this person has signed in before, by the number in its cookie. */
  knownDevice: string | undefined
}

/** Counts attempts to guess passwords, in the database, so that it holds over all processes. */
export interface SignInLimits {
  /** Counts the attempt as failed, before anything is tried: many at once are no way around. Throws `TooManyAttempts`. */
  begin(attempt: SignInAttempt): Promise<void>
  /** It was the right person: the attempt no longer counts, nor do their own mistakes before it. */
  succeed(attempt: SignInAttempt): Promise<void>
}

const QUARTER_S = 15 * 60
const HOUR_S = 60 * 60

/**
 * How many failures are one too many. Guessing is stopped where it comes from: an attacker at one address shuts out
 * nobody at another. The bound of the whole account is for guessing from many addresses at once; it does not hold for
 * a browser in which the person has signed in before, so that they get in while others hammer at the door
 * (OWASP: device cookies, 2026-11).
 */
const bounds = {
  /** One address, whatever the account. IPv6: one /64. */
  address: { points: 100, duration: QUARTER_S },
  /** One account from one address. */
  pair: { points: 10, duration: QUARTER_S },
  /** One account from browsers that it does not know. */
  account: { points: 100, duration: HOUR_S },
  /** One account from one browser that it knows. */
  device: { points: 10, duration: QUARTER_S },
} as const

type Bound = keyof typeof bounds
type Limiter = Pick<RateLimiterMongo, 'consume' | 'reward' | 'delete'>

/** The collection, of one document per count, in the form that the library gives it. */
export const SIGN_IN_LIMITS = 'sign_in_limits'

export function createSignInLimits(database: DatabaseConnection): SignInLimits {
  // Loaded where somebody signs in: a worker never needs it.
  let opening: Promise<Record<Bound, Limiter>> | undefined
  const limiters = () => (opening ??= open(database))

  return {
    async begin(attempt) {
      const by = await limiters()
      for (const [bound, key] of keysOf(attempt)) await consume(by[bound], key)
    },
    async succeed(attempt) {
      const by = await limiters()
      for (const [bound, key] of keysOf(attempt)) {
        // What many share only gets its one attempt back: a success of one's own must not clear an attacker's count.
        if (bound === 'pair' || bound === 'device') await by[bound].delete(key)
        else await by[bound].reward(key)
      }
    },
  }
}

function keysOf({ email, address, knownDevice }: SignInAttempt): [Bound, string][] {
  const account = createHash('sha256').update(email).digest('base64url')
  const network = networkOf(address)
  return knownDevice === undefined
    ? [
        ['address', network],
        ['pair', `${account} ${network}`],
        ['account', account],
      ]
    : [['device', `${account} ${knownDevice}`]]
}

async function consume(limiter: Limiter, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (err) {
    // The library throws its count where there is no point left, and errors where it could not count.
    if (err instanceof Error || typeof err !== 'object' || err === null || !('msBeforeNext' in err)) throw err
    throw new TooManyAttempts(Math.max(1, Math.ceil(Number(err.msBeforeNext) / 1_000)))
  }
}

async function open(database: DatabaseConnection): Promise<Record<Bound, Limiter>> {
  const { RateLimiterMongo: Limit } = await import('rate-limiter-flexible')
  const make = (bound: Bound) =>
    new Limit({
      storeClient: database.db,
      tableName: SIGN_IN_LIMITS,
      keyPrefix: bound,
      disableIndexesCreation: true,
      ...bounds[bound],
    })
  return { address: make('address'), pair: make('pair'), account: make('account'), device: make('device') }
}

import { HubError } from '../errors.ts'

/** Turns passwords into what may be stored, and tells whether one is right. Works on threads, not on the event loop. */
export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** Without a hash, for an account that does not exist or has no password, it does the same work and says no. */
  verify(hashed: string | undefined, password: string): Promise<boolean>
}

/** More passwords are being checked than this process can do soon. */
export class TooBusy extends HubError {
  readonly code = 'too_busy'

  constructor() {
    super('Too many people are signing in at this moment. Try again in a minute.')
  }
}

/** argon2id with 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet (2026-11). */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** What nobody's password hashes to: the salt and the digest are zeros. */
const nobody = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Each takes 19 MiB and one of the four threads that files and names are read on too. */
const AT_ONCE = 2
const WAITING_MAX = 100

export function createPasswordHasher(): PasswordHasher {
  const waiting: (() => void)[] = []
  let running = 0

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING_MAX) throw new TooBusy()
      // Whoever ends hands its place over, so nobody slips in between.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  return {
    hash: (password) => inTurn(async () => (await argon2()).hash(plain(password), cost)),
    verify: (hashed, password) =>
      inTurn(async () => {
        const { verify } = await argon2()
        return (await verify(hashed ?? nobody, plain(password))) && hashed !== undefined
      }),
  }
}

/** Read where somebody signs in: a worker never needs it. */
function argon2() {
  return import('@node-rs/argon2')
}

/** The same letters typed on another keyboard may be other code points (NIST SP 800-63B, 2025: normalise). */
function plain(password: string): string {
  return password.normalize('NFKC')
}

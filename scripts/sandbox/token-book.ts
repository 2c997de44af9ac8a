import { createHash, randomBytes } from 'node:crypto'

/** What one person has agreed to, or one client was given for itself: all tokens that came of it stand and fall together. */
export interface Consent {
  client: string
  account: string
  scopes: readonly string[]
  /** A refresh token belongs to it. */
  offline?: boolean
  revoked?: true
}

interface Entry {
  consent: Consent
  expiresAt: number
  used?: true
}

interface Code extends Entry {
  redirectUri: string
  challenge: string | undefined
}

/** Why a token endpoint says no (RFC 6749, 5.2). */
export class Refused extends Error {
  readonly error: string

  constructor(error: string, description: string) {
    super(description)
    this.error = error
  }
}

const CODE_SECONDS = 60

/** The codes and tokens that a stand-in has given out. What comes a second time takes everything of its kind with it. */
export class TokenBook {
  readonly #codes = new Map<string, Code>()
  readonly #access = new Map<string, Entry>()
  readonly #refresh = new Map<string, Entry>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  giveCode(consent: Consent, redirectUri: string, challenge: string | undefined): string {
    const code = secret('code')
    this.#codes.set(code, { consent, expiresAt: this.#in(CODE_SECONDS), redirectUri, challenge })
    return code
  }

  redeem(code: string, client: string, redirectUri: string, verifier: string): Consent {
    const entry = this.#take(this.#codes, code, client, 'authorization code')
    if (entry.redirectUri !== redirectUri) {
      throw new Refused('invalid_grant', 'The redirect_uri is not the one that the code was asked for with.')
    }
    const proof = createHash('sha256').update(verifier).digest('base64url')
    if (entry.challenge !== undefined && entry.challenge !== proof) {
      throw new Refused('invalid_grant', 'The code_verifier does not belong to the code_challenge.')
    }
    return entry.consent
  }

  giveAccess(consent: Consent, seconds: number): string {
    const token = secret('at')
    this.#access.set(token, { consent, expiresAt: this.#in(seconds) })
    return token
  }

  giveRefresh(consent: Consent, seconds: number): string {
    const token = secret('rt')
    this.#refresh.set(token, { consent, expiresAt: this.#in(seconds) })
    return token
  }

  /** `once`: the token is used up by it. */
  refresh(token: string, client: string, once: boolean): Consent {
    if (once) return this.#take(this.#refresh, token, client, 'refresh token').consent
    return this.#find(this.#refresh, token, client, 'refresh token').consent
  }

  accessOf(token: string): Consent | undefined {
    const entry = this.#access.get(token)
    if (!entry || entry.consent.revoked || entry.expiresAt <= this.#now().getTime()) return undefined
    return entry.consent
  }

  /** Forgets a token and what belongs to it; one that is not known is forgotten already (RFC 7009, 2.2). */
  revoke(token: string): void {
    const entry = this.#refresh.get(token) ?? this.#access.get(token)
    if (entry) entry.consent.revoked = true
  }

  revokeAll(): void {
    for (const { consent } of [...this.#refresh.values(), ...this.#access.values()]) consent.revoked = true
  }

  endAccess(): void {
    this.#access.clear()
  }

  /** How much of it is good now. */
  counts(): Record<string, number> {
    const good = (entries: Map<string, Entry>) =>
      [...entries.values()].filter(
        ({ consent, expiresAt, used }) => !used && !consent.revoked && expiresAt > this.#now().getTime(),
      ).length
    return { accessTokens: good(this.#access), refreshTokens: good(this.#refresh) }
  }

  #find<E extends Entry>(entries: Map<string, E>, token: string, client: string, what: string): E {
    const entry = entries.get(token)
    if (!entry || entry.consent.client !== client || entry.consent.revoked) {
      throw new Refused('invalid_grant', `This ${what} is not known here, or was revoked.`)
    }
    if (entry.expiresAt <= this.#now().getTime()) {
      throw new Refused('invalid_grant', `This ${what} has expired.`)
    }
    return entry
  }

  #take<E extends Entry>(entries: Map<string, E>, token: string, client: string, what: string): E {
    const entry = this.#find(entries, token, client, what)
    if (entry.used) {
      entry.consent.revoked = true
      throw new Refused(
        'invalid_grant',
        `This ${what} was used before: whoever has it may have stolen it, so all tokens that came of it are revoked.`,
      )
    }
    entry.used = true
    return entry
  }

  #in(seconds: number): number {
    return this.#now().getTime() + seconds * 1000
  }
}

function secret(kind: string): string {
  return `${kind}_${randomBytes(24).toString('base64url')}`
}

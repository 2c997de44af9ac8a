import { createHash, createVerify, generateKeyPairSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { noToken, scopeMissing, wrongToken } from './google-errors.ts'
import type { Answered, Asked } from './stand-in.ts'

/** Whose access token it is, and for what. */
export interface Principal {
  kind: 'person' | 'service_account'
  email: string
  scopes: readonly string[]
}

interface Held extends Principal {
  expiresAt: number
}

/** Google's access tokens live so long, in seconds. */
const lifetimeS = 3599
/** How far a statement's clock may be off. */
const skewS = 300
const tokenUrl = 'https://oauth2.googleapis.com/token'

const accountEmail = 'switchyard@sandbox.iam.gserviceaccount.com'

const statement = z.looseObject({
  iss: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
  scope: z.string(),
  sub: z.string().optional(),
})

/**
 * Google's sign-in as far as a server meets it: consent (given at once, unless the address says `deny`), codes with
 * PKCE, refresh tokens, revocation, and statements of a service account, whose signature is checked with its key.
 */
export class GoogleSignIn {
  readonly clientId = 'sandbox.apps.googleusercontent.com'
  readonly #clientSecret: string
  readonly #person: string
  readonly #now: () => Date
  readonly #access = new Map<string, Held>()
  readonly #refresh = new Map<string, Principal>()
  readonly #codes = new Map<string, { principal: Principal; challenge: string | null; redirect: string }>()

  /** `clientSecret` is taken as an access token of `person` too, so that the API can be tried by hand. */
  constructor(clientSecret: string, person: string, now: () => Date) {
    this.#clientSecret = clientSecret
    this.#person = person
    this.#now = now
  }

  /** The answer to a request that is about signing in; undefined for every other. */
  answer(asked: Asked): (Answered & { note?: string }) | undefined {
    switch (`${asked.method} ${asked.path}`) {
      case 'GET /o/oauth2/v2/auth':
        return this.#consent(asked.query)
      case 'POST /token':
        return this.#token(new URLSearchParams(asked.body))
      case 'POST /revoke':
        return this.#revoke(new URLSearchParams(asked.body).get('token') ?? asked.query.get('token') ?? '')
      case 'GET /_service-account.json':
        return {
          status: 200,
          json: keyFile().content,
          note: 'the key that Google would let you download',
        }
      default:
        return undefined
    }
  }

  /** Who asks, or Google's answer to somebody whose token is missing, over, or for something else. */
  whoAsks({ headers }: Asked, scopes: readonly string[]): Principal | Answered {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    if (token === undefined) return noToken()
    if (token === this.#clientSecret) return { kind: 'person', email: this.#person, scopes }
    const held = this.#access.get(token)
    if (!held || held.expiresAt <= this.#now().getTime()) return wrongToken()
    return scopes.every((scope) => held.scopes.includes(scope)) ? held : scopeMissing()
  }

  /** Ends every sign-in, as when a person takes the app's access away. */
  endAll(): void {
    this.#access.clear()
    this.#refresh.clear()
  }

  #consent(query: URLSearchParams): Answered {
    const redirect = query.get('redirect_uri') ?? ''
    if (query.get('client_id') !== this.clientId || !URL.canParse(redirect))
      return {
        status: 400,
        json: { error: 'invalid_request', error_description: 'Unknown client or redirect_uri.' },
      }
    const back = new URL(redirect)
    back.searchParams.set('state', query.get('state') ?? '')
    if (query.has('deny')) back.searchParams.set('error', 'access_denied')
    else {
      const scopes = (query.get('scope') ?? '').split(' ')
      const code = `4/${randomBytes(24).toString('base64url')}`
      const principal: Principal = { kind: 'person', email: this.#person, scopes }
      this.#codes.set(code, { principal, challenge: query.get('code_challenge'), redirect })
      back.searchParams.set('code', code)
      back.searchParams.set('scope', scopes.join(' '))
    }
    return { status: 302, headers: { location: back.href } }
  }

  #token(form: URLSearchParams): Answered & { note?: string } {
    const grant = form.get('grant_type')
    if (grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      return this.#forStatement(form.get('assertion') ?? '')
    if (form.get('client_id') !== this.clientId || form.get('client_secret') !== this.#clientSecret)
      return { status: 401, json: { error: 'invalid_client', error_description: 'Unauthorized' } }
    if (grant === 'refresh_token') {
      const principal = this.#refresh.get(form.get('refresh_token') ?? '')
      return principal
        ? { status: 200, json: this.#issue(principal) }
        : refused('Token has been expired or revoked.')
    }
    if (grant === 'authorization_code') return this.#forCode(form)
    return { status: 400, json: { error: 'unsupported_grant_type' } }
  }

  #forCode(form: URLSearchParams): Answered {
    const code = form.get('code') ?? ''
    const held = this.#codes.get(code)
    this.#codes.delete(code)
    if (!held || held.redirect !== form.get('redirect_uri')) return refused('Malformed auth code.')
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (held.challenge !== null && held.challenge !== verifier) return refused('Invalid code verifier.')
    const refresh = `1//${randomBytes(24).toString('base64url')}`
    this.#refresh.set(refresh, held.principal)
    return { status: 200, json: { ...this.#issue(held.principal), refresh_token: refresh } }
  }

  #forStatement(assertion: string): Answered & { note?: string } {
    const [head = '', body = '', signature = ''] = assertion.split('.')
    const isSigned = createVerify('RSA-SHA256')
      .update(`${head}.${body}`)
      .verify(keyFile().publicKey, Buffer.from(signature, 'base64url'))
    if (!isSigned) return { ...refused('Invalid JWT Signature.'), note: 'signed with another key' }
    const parsed = statement.safeParse(jsonIn(Buffer.from(body, 'base64url').toString()))
    if (!parsed.success) return refused('Invalid JWT: missing claims.')
    const { iss, aud, iat, exp, scope, sub } = parsed.data
    if (iss !== accountEmail) return refused('Invalid grant: account not found')
    if (aud !== tokenUrl) return refused('Invalid JWT: wrong audience.')
    const now = this.#now().getTime() / 1000
    if (exp - iat > 3600 || iat > now + skewS || exp < now - skewS) {
      return refused(
        'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
      )
    }
    const scopes = scope.split(' ')
    const principal: Principal = sub
      ? { kind: 'person', email: sub, scopes }
      : { kind: 'service_account', email: iss, scopes }
    return { status: 200, json: this.#issue(principal), note: `statement of ${iss} is right` }
  }

  #issue(principal: Principal): Record<string, unknown> {
    const token = `ya29.${randomBytes(24).toString('base64url')}`
    this.#access.set(token, { ...principal, expiresAt: this.#now().getTime() + lifetimeS * 1000 })
    const scope = principal.scopes.join(' ')
    return { access_token: token, expires_in: lifetimeS, scope, token_type: 'Bearer' }
  }

  #revoke(token: string): Answered {
    const wasKnown = [this.#access.delete(token), this.#refresh.delete(token)].includes(true)
    return wasKnown ? { status: 200, json: {} } : { status: 400, json: { error: 'invalid_token' } }
  }
}

let madeKeyFile: { content: Record<string, string>; publicKey: string } | undefined

/** What Google gives out as a JSON file, and what it checks with. Made when it is first asked for, anew in every process. */
function keyFile(): { content: Record<string, string>; publicKey: string } {
  if (madeKeyFile) return madeKeyFile
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const content = {
    type: 'service_account',
    project_id: 'sandbox',
    private_key_id: createHash('sha256').update(publicKey).digest('hex').slice(0, 40),
    private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    client_email: accountEmail,
    token_uri: tokenUrl,
  }
  madeKeyFile = { content, publicKey }
  return madeKeyFile
}

const refused = (description: string): Answered => ({
  status: 400,
  json: { error: 'invalid_grant', error_description: description },
})

/** What a request's body holds; nothing where it is no JSON. */
export function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

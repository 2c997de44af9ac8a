import { timingSafeEqual, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { consentPage } from './consent-page.ts'
import type { Answered, Asked } from './stand-in.ts'
import { Refused, TokenBook } from './token-book.ts'
import type { Consent } from './token-book.ts'

/** What one vendor's way of signing in is like. */
export interface SignInSettings {
  vendor: string
  /** The vendor's own paths. */
  paths: { authorize: string; token: string; revoke?: string }
  /** The secret of each client, by its id. */
  clients: Readonly<Record<string, string>>
  /** Who signs in, as the vendor names them. */
  account: string
  /** What may be asked for; empty for a vendor without scopes. */
  scopes: readonly string[]
  /** Every refresh token is good once. */
  rotates: boolean
  /** Whether somebody asked for a refresh token, where the vendor gives one only to who asks. */
  isOffline?: (query: URLSearchParams) => boolean
  accessSeconds?: number
  refreshSeconds?: number
  /** Accounts that sign a statement with their own key instead (RFC 7523). */
  serviceAccount?: { email: string; publicKey: KeyObject; audience: string }
}

type Answer = Answered & { note?: string }

/** A vendor's OAuth2 server, for its stand-in to mount. It refuses what the real one would. */
export interface SignIn {
  /**
   * Answers what belongs to signing in; nothing for every other path. Beside the vendor's paths it has `/_revoke`, which
   * takes back all that was agreed to, and `/_expire`, which ends every access token now. A program agrees without the
   * page by adding `&answer=agree` to the address of the page.
   */
  answer(asked: Asked): Answer | undefined
  /** On whose behalf a request comes, by its access token; nothing: answer 401. */
  bearer(asked: Asked): { account: string; scopes: readonly string[] } | undefined
  state(): Record<string, unknown>
  reset(): void
}

export function signInStandIn(settings: SignInSettings, now: () => Date): SignIn {
  const { paths, clients, accessSeconds = 3_600, refreshSeconds = 14 * 86_400 } = settings
  let book = new TokenBook(now)

  function authorize({ path, query }: Asked): Answer {
    const [client, redirectUri, state] = ['client_id', 'redirect_uri', 'state'].map(
      (name) => query.get(name) ?? '',
    )
    // Whoever asks cannot be told by sending the browser back: where to is what is in doubt.
    if (!client || !(client in clients)) return told(401, 'invalid_client', 'There is no client of this id.')
    if (!redirectUri || !isRegistered(redirectUri)) {
      return told(
        400,
        'redirect_uri_mismatch',
        `${redirectUri || 'Nothing'} is not registered as a redirect address.`,
      )
    }
    const back = (params: Record<string, string>): Answer => {
      const url = new URL(redirectUri)
      for (const [name, value] of Object.entries({ ...params, state: state ?? '' }))
        url.searchParams.set(name, value)
      return { status: 302, headers: { location: url.href } }
    }
    const asked = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
    const unknown = asked.filter((scope) => !settings.scopes.includes(scope))
    if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' })
    if (unknown.length > 0)
      return back({ error: 'invalid_scope', error_description: `Unknown: ${unknown.join(' ')}` })
    const challenge = query.get('code_challenge') ?? undefined
    if (challenge !== undefined && query.get('code_challenge_method') !== 'S256')
      return back({
        error: 'invalid_request',
        error_description: 'Only S256 is taken as a code_challenge_method.',
      })

    const decision = query.get('answer')
    if (decision === null) return { status: 200, html: consentPage(settings, path, query, asked) }
    if (decision !== 'agree')
      return back({ error: 'access_denied', error_description: 'The person said no.' })
    const ticked = query.getAll('agreed')
    const scopes = query.has('chosen') ? asked.filter((scope) => ticked.includes(scope)) : asked
    const consent = {
      client,
      account: settings.account,
      scopes,
      offline: settings.isOffline?.(query) ?? true,
    }
    return back({ code: book.giveCode(consent, redirectUri, challenge) })
  }

  function token(asked: Asked): Answer {
    const form = formOf(asked)
    if (form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      return given(consentOfStatement(form.get('assertion') ?? ''), undefined)
    const client = clientOf(asked, form)
    switch (form.get('grant_type')) {
      case 'authorization_code': {
        const consent = book.redeem(
          form.get('code') ?? '',
          client,
          form.get('redirect_uri') ?? '',
          form.get('code_verifier') ?? '',
        )
        return given(consent, consent.offline ? book.giveRefresh(consent, refreshSeconds) : undefined)
      }
      case 'refresh_token': {
        const consent = book.refresh(form.get('refresh_token') ?? '', client, settings.rotates)
        return given(consent, settings.rotates ? book.giveRefresh(consent, refreshSeconds) : undefined)
      }
      case 'client_credentials': {
        const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
        return given({ client, account: client, scopes }, undefined)
      }
      default:
        throw new Refused('unsupported_grant_type', 'This way of getting a token is not offered.')
    }
  }

  function given(consent: Consent, refreshToken: string | undefined): Answer {
    const json = {
      access_token: book.giveAccess(consent, accessSeconds),
      expires_in: accessSeconds,
      token_type: 'bearer',
      scope: consent.scopes.join(' '),
      ...(refreshToken ? { refresh_token: refreshToken } : {}),
    }
    return { status: 200, headers: { 'cache-control': 'no-store' }, json }
  }

  function clientOf({ headers }: Asked, form: URLSearchParams): string {
    const basic = /^basic (\S+)$/i.exec(headers['authorization'] ?? '')?.[1]
    const [id = '', secret = ''] = basic
      ? Buffer.from(basic, 'base64').toString().split(':').map(formDecoded)
      : [form.get('client_id') ?? '', form.get('client_secret') ?? '']
    const expected = Object.hasOwn(clients, id) ? clients[id] : undefined
    if (expected === undefined || !isSame(secret, expected)) {
      throw new Refused('invalid_client', 'The client’s id or its secret is wrong.')
    }
    return id
  }

  function consentOfStatement(assertion: string): Consent {
    const { serviceAccount } = settings
    if (!serviceAccount)
      throw new Refused('unsupported_grant_type', 'This way of getting a token is not offered.')
    const [header = '', payload = '', signature = ''] = assertion.split('.')
    const signed = Buffer.from(`${header}.${payload}`)
    if (!verify('RSA-SHA256', signed, serviceAccount.publicKey, Buffer.from(signature, 'base64url')))
      throw new Refused('invalid_grant', 'Invalid JWT Signature.')
    const claims = statement.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
    const at = now().getTime() / 1000
    if (claims.iss !== serviceAccount.email) throw new Refused('invalid_grant', 'There is no such account.')
    if (claims.aud !== serviceAccount.audience)
      throw new Refused('invalid_grant', 'The aud is another one’s.')
    if (claims.iat > at + 10 || claims.exp <= at || claims.exp - claims.iat > 3_600)
      throw new Refused('invalid_grant', 'Invalid JWT: check your iat and exp values, and your clock.')
    const account = claims.sub ?? claims.iss
    return {
      client: claims.iss,
      account,
      scopes: (claims.scope ?? '').split(' ').filter((each) => each !== ''),
    }
  }

  function revoke(asked: Asked): Answer {
    const form = formOf(asked)
    book.revoke(form.get('token') ?? asked.query.get('token') ?? '')
    return { status: 200, json: {} }
  }

  return {
    answer(asked) {
      try {
        if (asked.path === paths.authorize) return authorize(asked)
        if (asked.path === paths.token) return token(asked)
        if (asked.path === paths.revoke) return revoke(asked)
      } catch (err) {
        if (!(err instanceof Refused)) throw err
        return told(err.error === 'invalid_client' ? 401 : 400, err.error, err.message)
      }
      if (asked.path === '/_revoke') book.revokeAll()
      else if (asked.path === '/_expire') book.endAccess()
      else return undefined
      return { status: 200, json: book.counts() }
    },
    bearer({ headers }) {
      const presented = /^bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1]
      return presented === undefined ? undefined : book.accessOf(presented)
    },
    state: () => ({ 'Signed in': book.counts() }),
    reset() {
      book = new TokenBook(now)
    },
  }
}

const statement = z.looseObject({
  iss: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
  sub: z.string().optional(),
  scope: z.string().optional(),
})

function formOf({ method, headers, body }: Asked): URLSearchParams {
  if (method !== 'POST' || !headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    throw new Refused('invalid_request', 'Send a form by POST: application/x-www-form-urlencoded.')
  }
  return new URLSearchParams(body)
}

/** Any port of this machine (RFC 8252, 7.3), since nobody registers anything with a stand-in; but the hub's own path. */
function isRegistered(redirectUri: string): boolean {
  const url = URL.parse(redirectUri)
  return url?.pathname === '/oauth/callback' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
}

function told(status: number, error: string, description: string): Answer {
  return { status, json: { error, error_description: description }, note: `${error}: ${description}` }
}

function formDecoded(text: string): string {
  return new URLSearchParams(`text=${text}`).get('text') ?? ''
}

function isSame(presented: string, expected: string): boolean {
  const [left, right] = [Buffer.from(presented), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

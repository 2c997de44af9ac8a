import { createHash, generateKeyPairSync } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { importPKCS8, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { beginSignIn } from '../../server/testing/sign-in-as.ts'
import { startMembersHub } from '../../server/testing/start-members-hub.ts'
import { signInStandIn } from './sign-in.ts'
import { createStandIn } from './stand-in.ts'
import type { Character } from './stand-in.ts'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const back = 'http://127.0.0.1:4000/oauth/callback'
const verifier = 'a-verifier-that-is-long-enough-for-everybody-who-counts'
let server: Server
let url: string
let at = Date.parse('2026-11-25T10:00:00Z')

beforeAll(async () => {
  server = createStandIn(character(), () => new Date(at))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => fetch(`${url}/_reset`))

/** A vendor with members, like the one of the hub's own tests. */
function character(): Character {
  const signIn = signInStandIn(
    {
      vendor: 'Members',
      paths: { authorize: '/auth', token: '/token', revoke: '/token/revocation' },
      clients: { hub: 'a-secret-of-the-client' },
      account: 'Ada Lovelace',
      scopes: ['offline_access', 'members:read', 'members:write'],
      rotates: true,
      serviceAccount: {
        email: 'robot@example.com',
        publicKey: keys.publicKey,
        audience: 'https://members.example/token',
      },
    },
    () => new Date(at),
  )
  return {
    name: 'Members',
    answer(asked) {
      const answered = signIn.answer(asked)
      if (answered) return answered
      const who = signIn.bearer(asked)
      return who ? { status: 200, json: { name: who.account } } : { status: 401, json: {} }
    },
    state: signIn.state,
    reset: signIn.reset,
  }
}

function page(change: Record<string, string> = {}): string {
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const params = {
    response_type: 'code',
    client_id: 'hub',
    redirect_uri: back,
    scope: 'members:read members:write',
    state: 'st',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    answer: 'agree',
    ...change,
  }
  return `${url}/auth?${new URLSearchParams(params).toString()}`
}

async function sentBack(change: Record<string, string> = {}): Promise<URLSearchParams> {
  const response = await fetch(page(change), { redirect: 'manual' })
  return new URL(response.headers.get('location') ?? '').searchParams
}

async function ask(form: Record<string, string>): Promise<{ status: number; json: Record<string, string> }> {
  const client = { client_id: 'hub', client_secret: 'a-secret-of-the-client' }
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...client, ...form }),
  })
  return { status: response.status, json: await response.json() }
}

async function codeGrant(change: Record<string, string> = {}, form: Record<string, string> = {}) {
  const code = (await sentBack(change)).get('code') ?? ''
  const body = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: back,
    code_verifier: verifier,
    ...form,
  }
  return { body, ...(await ask(body)) }
}

const refresh = (token: string) => ask({ grant_type: 'refresh_token', refresh_token: token })
const whoIs = async (token: string) =>
  (await fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${token}` } })).status

describe('a stand-in that is signed in to', () => {
  it('gives tokens to who was sent back with a code, and renews them', async () => {
    const { json } = await codeGrant()
    expect(json).toMatchObject({
      token_type: 'bearer',
      expires_in: 3_600,
      scope: 'members:read members:write',
    })
    expect(await whoIs(json['access_token']!)).toBe(200)
    at += 3_600_000
    expect(await whoIs(json['access_token']!)).toBe(401)
    const next = await refresh(json['refresh_token']!)
    expect(await whoIs(next.json['access_token']!)).toBe(200)
  })

  it('shows a person what is asked for, and gives no more than they tick', async () => {
    const { answer: _answer, ...shown } = Object.fromEntries(new URL(page()).searchParams)
    const html = await (await fetch(`${url}/auth?${new URLSearchParams(shown).toString()}`)).text()
    expect(html).toContain('Ada Lovelace')
    expect(html).toContain('members:write')
    const { json } = await codeGrant({ chosen: 'yes', agreed: 'members:read' })
    expect(json['scope']).toBe('members:read')
    expect((await sentBack({ answer: 'no' })).get('error')).toBe('access_denied')
  })

  it.each<{ name: string; change: Record<string, string>; status: number }>([
    { name: 'a client it does not know', change: { client_id: 'someone' }, status: 401 },
    {
      name: 'an address on another path',
      change: { redirect_uri: 'http://127.0.0.1:4000/other' },
      status: 400,
    },
    {
      name: 'an address elsewhere',
      change: { redirect_uri: 'https://evil.example/oauth/callback' },
      status: 400,
    },
  ])('sends nobody back for $name', async ({ change, status }) => {
    const response = await fetch(page(change), { redirect: 'manual' })
    expect(response.status).toBe(status)
    expect(response.headers.get('location')).toBeNull()
  })

  it.each<{ name: string; form: Record<string, string>; error: string }>([
    { name: 'a wrong secret', form: { client_secret: 'x' }, error: 'invalid_client' },
    { name: 'another redirect address', form: { redirect_uri: `${back}/` }, error: 'invalid_grant' },
    { name: 'a wrong proof', form: { code_verifier: 'x' }, error: 'invalid_grant' },
    { name: 'a code nobody has', form: { code: 'x' }, error: 'invalid_grant' },
    { name: 'a way it does not know', form: { grant_type: 'password' }, error: 'unsupported_grant_type' },
  ])('refuses $name', async ({ form, error }) => {
    expect((await codeGrant({}, form)).json).toMatchObject({ error })
  })

  it('takes a code once, and takes back what it gave for it when it comes again', async () => {
    const { body, json } = await codeGrant()
    expect((await ask(body)).json).toMatchObject({ error: 'invalid_grant' })
    expect(await whoIs(json['access_token']!)).toBe(401)
  })

  it('takes a refresh token once, and takes back everything when it comes again', async () => {
    const { json } = await codeGrant()
    const next = await refresh(json['refresh_token']!)
    expect((await refresh(json['refresh_token']!)).json).toMatchObject({ error: 'invalid_grant' })
    expect(await whoIs(next.json['access_token']!)).toBe(401)
    expect((await refresh(next.json['refresh_token']!)).json).toMatchObject({ error: 'invalid_grant' })
  })

  it('forgets a refresh token after two weeks, and all of them when it is told to', async () => {
    const first = await codeGrant()
    at += 14 * 86_400_000
    expect((await refresh(first.json['refresh_token']!)).json).toMatchObject({ error: 'invalid_grant' })
    const second = await codeGrant()
    await fetch(`${url}/_revoke`)
    expect((await refresh(second.json['refresh_token']!)).json).toMatchObject({ error: 'invalid_grant' })
  })

  it.each([
    { name: 'a good statement', change: {}, error: undefined },
    { name: 'one for somebody else', change: { aud: 'https://other.example' }, error: 'invalid_grant' },
    { name: 'one from the future', change: { iat: 60 }, error: 'invalid_grant' },
    { name: 'one that has ended', change: { exp: -1 }, error: 'invalid_grant' },
    { name: 'another account', change: { iss: 'someone@example.com' }, error: 'invalid_grant' },
  ])('reads $name of a service account', async ({ change, error }) => {
    const seconds = at / 1000
    const pem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const given = {
      iss: 'robot@example.com',
      aud: 'https://members.example/token',
      iat: 0,
      exp: 180,
      ...change,
    }
    const assertion = await new SignJWT({ scope: 'members:read' })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(given.iss)
      .setAudience(given.aud)
      .setIssuedAt(seconds + given.iat)
      .setExpirationTime(seconds + given.exp)
      .sign(await importPKCS8(pem, 'RS256'))
    const { json } = await ask({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
    expect(json['error']).toBe(error)
    expect(await whoIs(json['access_token'] ?? '')).toBe(error === undefined ? 200 : 401)
  })

  it('is what the hub can sign in to', async () => {
    const hub = await startMembersHub(
      { url, network: `127.0.0.1/32:${new URL(url).port}` },
      () => new Date(at),
    )
    try {
      const id = await hub.connect()
      const begun = await beginSignIn(hub, id)
      const shown = await begun.browser.open(`${begun.url}&answer=agree`)
      expect(shown).toMatchObject({ status: 200, text: expect.stringContaining('as Ada Lovelace') })
      expect(await hub.signInOf(id)).toMatchObject({
        state: 'signed_in',
        renewsItself: true,
        missingScopes: [],
      })
    } finally {
      await hub.close()
    }
  })
})

import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TokenSource } from '#sdk'
import type { CapturedExchange } from '../platform/capture.ts'
import { openNetwork } from '../platform/network.ts'
import type { Network } from '../platform/network.ts'
import { parseAllowedNetworks } from '../platform/safe-address.ts'
import { askForTokens } from './ask-for-tokens.ts'
import { placeTokenSource } from './place-token-source.ts'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const TOKEN = 'at_0123456789-abcdefghij'
const at = new Date('2026-11-25T10:00:00Z')

let server: Server
let network: Network
let url: string
let asked: { form: URLSearchParams; authorization: string | undefined }[] = []
let answer: (response: ServerResponse) => void

beforeAll(async () => {
  server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  url = `http://127.0.0.1:${port}`
  network = openNetwork(parseAllowedNetworks(`127.0.0.1/32:${port}`, () => undefined))
})
afterAll(async () => {
  await network.close()
  await new Promise((resolve) => server.close(resolve))
})
beforeEach(() => {
  asked = []
  answer = json(200, { access_token: TOKEN, expires_in: 3_599, token_type: 'Bearer' })
})

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const form = new URLSearchParams(Buffer.concat(chunks).toString())
  asked.push({ form, authorization: request.headers.authorization })
  answer(response)
}

function json(status: number, body: unknown) {
  return (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function ask(source: TokenSource, exchanges: CapturedExchange[] = []) {
  const deps = { network, now: () => at, stopping: new AbortController().signal }
  const open = { secrets: ['a-secret-of-the-client'] }
  return askForTokens(deps, {
    source,
    open,
    tokens: { accessToken: 'former', refreshToken: 'rt_former' },
    exchanges,
  })
}

const account: TokenSource = {
  kind: 'jwt_bearer',
  tokenUrl: 'https://oauth2.vendor.example/token',
  issuer: 'robot@project.example',
  keyId: 'k1',
  privateKey,
  scopes: ['sheets', 'drive'],
}

const person = (change: object = {}): TokenSource => ({
  kind: 'authorization_code',
  authorizationUrl: `${url}/auth`,
  tokenUrl: `${url}/token`,
  clientId: 'hub & co',
  clientSecret: 'a-secret-of-the-client',
  clientAuthentication: 'body',
  scopes: [],
  ...change,
})

function placed(source: TokenSource): TokenSource {
  const place = placeTokenSource({ auth: { fields: undefined as never, token: () => source } }, {}, `${url}/`)
  if (!place) throw new Error('There is no source.')
  return place
}

describe('a service account', () => {
  it('is asked for with a statement for the vendor, whoever stands in for it', async () => {
    expect(await ask(placed(account))).toEqual({
      accessToken: TOKEN,
      expiresAt: new Date(at.getTime() + 3_599_000),
    })
    const { form } = asked[0]!
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion')!, keys.publicKey, {
      currentDate: at,
    })
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' })
    const seconds = at.getTime() / 1000
    expect(payload).toEqual({
      iss: 'robot@project.example',
      aud: 'https://oauth2.vendor.example/token',
      scope: 'sheets drive',
      iat: seconds - 30,
      exp: seconds + 150,
    })
  })

  it('acts for the person it is told to', async () => {
    await ask(placed({ ...account, subject: 'ada@project.example', audience: 'https://vendor.example' }))
    const { payload } = await jwtVerify(asked[0]!.form.get('assertion')!, keys.publicKey, { currentDate: at })
    expect(payload).toMatchObject({ sub: 'ada@project.example', aud: 'https://vendor.example' })
  })

  it('may have its key pasted with its line breaks spelled out', async () => {
    const spelled = privateKey.replaceAll('\n', String.raw`\n`)
    expect(await ask(placed({ ...account, privateKey: spelled }))).toMatchObject({ accessToken: TOKEN })
  })

  it('with half a key says what to paste, and shows nothing of it', async () => {
    const half = privateKey.slice(0, 200)
    const failed = ask(placed({ ...account, privateKey: half }))
    await expect(failed).rejects.toThrow(/from “-----BEGIN PRIVATE KEY-----” to its last line/)
    await expect(failed).rejects.not.toThrow(half.slice(40, 80))
  })
})

describe('a token endpoint', () => {
  it('is told who asks in its own way, spelled so that it can be told apart', async () => {
    await ask(person())
    await ask(person({ clientAuthentication: 'basic' }))
    await ask(person({ clientSecret: undefined }))
    expect(asked.map(({ form }) => [form.get('client_id'), form.get('client_secret')])).toEqual([
      ['hub & co', 'a-secret-of-the-client'],
      [null, null],
      ['hub & co', null],
    ])
    const basic = Buffer.from(asked[1]!.authorization!.slice(6), 'base64').toString()
    expect(basic).toBe('hub+%26+co:a-secret-of-the-client')
  })

  it.each([
    {
      name: 'seconds written as a text',
      body: { expires_in: '60' },
      expiresAt: new Date(at.getTime() + 60_000),
    },
    { name: 'no time at all', body: {}, expiresAt: undefined },
    { name: 'nonsense for a time', body: { expires_in: 'soon' }, expiresAt: undefined },
    { name: 'a time in the past', body: { expires_in: -5 }, expiresAt: undefined },
  ])('may answer with $name', async ({ body, expiresAt }) => {
    answer = json(200, { access_token: TOKEN, ...body })
    expect((await ask(person())).expiresAt).toEqual(expiresAt)
  })

  it.each([
    { name: 'blanks', scope: 'a b', scopes: ['a', 'b'] },
    { name: 'commas', scope: 'a,b', scopes: ['a', 'b'] },
    { name: 'a list', scope: ['a', 'b'], scopes: ['a', 'b'] },
    { name: 'nothing', scope: '', scopes: undefined },
  ])('may name scopes with $name', async ({ scope, scopes }) => {
    answer = json(200, { access_token: TOKEN, scope })
    expect((await ask(person())).scopes).toEqual(scopes)
  })

  it.each([
    { status: 400, body: { error: 'invalid_grant' }, code: 'token_refused', failureClass: 'fix_connection' },
    { status: 401, body: { error: 'invalid_client' }, code: 'token_refused', failureClass: 'fix_connection' },
    { status: 200, body: { error: 'invalid_code' }, code: 'token_refused', failureClass: 'fix_connection' },
    { status: 404, body: 'Not here.', code: 'token_refused', failureClass: 'fix_connection' },
    { status: 200, body: 'Welcome!', code: 'token_endpoint_away', failureClass: 'retry' },
    { status: 200, body: {}, code: 'token_endpoint_away', failureClass: 'retry' },
    { status: 429, body: { error: 'invalid_grant' }, code: 'token_endpoint_away', failureClass: 'retry' },
    { status: 500, body: { error: 'invalid_grant' }, code: 'token_endpoint_away', failureClass: 'retry' },
  ])('that answers $status with $body is $code', async ({ status, body, code, failureClass }) => {
    answer = json(status, body)
    await expect(ask(person())).rejects.toMatchObject({ code, class: failureClass })
  })

  it('on a private address is not asked', async () => {
    await expect(ask(person({ tokenUrl: 'http://127.0.0.1:1/token' }))).rejects.toMatchObject({
      code: 'address_refused',
    })
  })

  it('shows no secret in what is captured, whatever it repeats', async () => {
    const exchanges: CapturedExchange[] = []
    await ask(person(), exchanges)
    answer = json(400, { error: 'invalid_grant', error_description: 'rt_former of a-secret-of-the-client' })
    const refusal: unknown = await ask(person(), exchanges).catch((err: unknown) => err)
    await ask(placed(account), exchanges).catch(() => undefined)
    const shown = JSON.stringify(exchanges) + String(refusal)
    expect(shown).toContain('grant_type=refresh_token')
    const secrets = [TOKEN, 'rt_former', 'a-secret-of-the-client', asked[2]!.form.get('assertion')!]
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { connectors } from '../../connectors/registry.ts'
import { HttpStatusError } from '../../connectors/sdk/errors.ts'
import { secretFields } from '../connections/secret-values.ts'
import { createLogger } from './logger.ts'
import type { LogLine, LoggerOptions } from './logger.ts'
import { createVault, generateSecretKey } from './vault.ts'

function logged(line: LogLine, options: Partial<LoggerOptions> = {}): string {
  const lines: string[] = []
  createLogger({ level: 'debug', destination: { write: (text) => lines.push(text) }, ...options }).info(line)
  return lines.join('')
}

it('writes one wide line of JSON per stage', () => {
  const line = logged({
    stage: 'receipt.stored',
    receipt: 'rcp_1',
    count: 3,
    durationMs: 12,
    flags: ['a'],
    at: new Date(0),
  })
  expect(line.endsWith('}\n')).toBe(true)
  expect(JSON.parse(line)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    stage: 'receipt.stored',
    receipt: 'rcp_1',
    count: 3,
    durationMs: 12,
    flags: ['a'],
    at: '1970-01-01T00:00:00.000Z',
  })
})

it('writes nothing below its level', () => {
  expect(logged({ stage: 'receipt.stored' }, { level: 'warn' })).toBe('')
  expect(logged({ stage: 'receipt.stored' }, { level: 'silent' })).toBe('')
})

describe('no secret passes', () => {
  const secret = 'S3cr3t-Value/with+signs'

  it.each([
    'authorization',
    'Authorization',
    'cookie',
    'set-cookie',
    'x-api-key',
    'apiKey',
    'api_key',
    'accessToken',
    'refresh_token',
    'clientSecret',
    'password',
    'passwd',
    'credentials',
    'privateKey',
    'secretKey',
    'hookKey',
    'adminToken',
  ])('in a field called %s, whatever it holds and however deep it is', (name) => {
    for (const value of [secret, { inner: secret }, [secret], 4_242_424_242, Buffer.from(secret)]) {
      expect(logged({ stage: 'x.tried', [name]: value })).not.toMatch(/S3cr3t|4242424242/)
      expect(logged({ stage: 'x.tried', deep: [{ deeper: { [name]: value } }] })).not.toMatch(
        /S3cr3t|4242424242/,
      )
    }
  })

  it('in any field that a connector calls secret', () => {
    const secretNames = [...connectors.values()].flatMap(({ auth }) => secretFields(auth.fields))
    expect(secretNames.length).toBeGreaterThan(0)
    for (const name of secretNames) {
      expect(
        logged({ stage: 'x.tried', auth: { [name]: secret }, [name]: secret }, { secretNames }),
      ).not.toContain('S3cr3t')
    }
  })

  it('in an error, its cause or what hangs on it', () => {
    const answer = new HttpStatusError({
      method: 'POST',
      url: `https://ann:${encodeURIComponent(secret)}@api.vendor.example/x?api_key=${secret}`,
      status: 401,
      headers: { authorization: secret, 'x-other': secret },
      body: secret,
      mayHaveLeft: false,
    })
    const wrapped = new Error(`Authorization: Bearer ${secret}`, { cause: answer })
    const line = logged({ stage: 'delivery.attempted', err: wrapped })
    expect(line).not.toContain('S3cr3t')
    expect(JSON.parse(line).err).toMatchObject({
      type: 'Error',
      cause: { type: 'HttpStatusError', code: 'http_status' },
    })
  })

  it('in an address: a hook’s key, a password or a token', () => {
    const key = 'f'.repeat(43)
    for (const url of [`https://hub.example.com/hooks/${key}?a=1`, `/hooks/${key}`]) {
      expect(logged({ stage: 'http.failed', url })).not.toContain('ffffffff')
    }
    for (const url of [
      `https://ann:${encodeURIComponent(secret)}@host/`,
      `https://host/?access_token=${secret}`,
      new URL('https://h/?apikey=S3cr3t'),
    ]) {
      expect(logged({ stage: 'http.failed', url })).not.toContain('S3cr3t')
    }
  })

  it('where it is one of the hub’s own', () => {
    const key = generateSecretKey()
    const secrets = [key, 'operator-token-0123456789']
    const text = `started with ${key} and operator-token-0123456789`
    const line = logged({ stage: 'hub.started', text, err: new Error(text), list: [{ text }] }, { secrets })
    for (const own of secrets) expect(line).not.toContain(own)
  })

  it('in half, where a long text is cut', () => {
    const line = logged(
      { stage: 'x.tried', text: `${'x'.repeat(3_995)}operator-token-0123456789` },
      { secrets: ['operator-token-0123456789'] },
    )
    expect(line).not.toContain('xoper')
  })

  it('and a sealed value is named by what it is in', () => {
    const vault = createVault(generateSecretKey())
    expect(logged({ stage: 'x.tried', credentials: vault.seal(secret, 'here') })).toContain(
      '"credentials":"•••"',
    )
  })
})

it('leaves what is no secret', () => {
  const line = logged({
    stage: 'event.normalised',
    entryKey: 'k1',
    key: 'k2',
    author: 'Ann',
    tokens: 3,
    hasSecret: false,
  })
  expect(JSON.parse(line)).toMatchObject({
    entryKey: 'k1',
    key: 'k2',
    author: 'Ann',
    tokens: 3,
    hasSecret: false,
  })
})

it('gives no line another prototype', () => {
  const said = { a: 1, ['__proto__']: { toJSON: () => 'nothing' } }
  expect(JSON.parse(logged({ stage: 'x.tried', said }))).toMatchObject({ said: { a: 1 } })
})

it('survives whatever it is given', () => {
  const circular: Record<string, unknown> = {}
  circular.self = circular
  const line = logged({
    stage: 'x.tried',
    circular,
    fn: () => 1,
    bytes: new Uint8Array(9),
    set: new Set([1]),
    none: undefined,
  })
  expect(JSON.parse(line)).toMatchObject({ bytes: '9 bytes', set: '1 entries' })
})

import { createHash, createHmac, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Signature } from './signature.ts'
import { chooseSignature, unsigned } from './signature.ts'
import { hashed } from './signatures/hashed.ts'
import { hmac } from './signatures/hmac.ts'
import { basic, bearer, headerSecret, querySecret } from './signatures/presented-secret.ts'
import { standardWebhooks } from './signatures/standard-webhooks.ts'
import type { HookParts } from './testing/hook-of.ts'
import { hookAddress, hookOf } from './testing/hook-of.ts'

interface Credentials {
  secret?: string
}

const now = new Date('2026-11-02T10:00:00Z')
const seconds = String(now.getTime() / 1000)
const body = '{"n":1}'
const secret = ({ secret: held }: Credentials) => held
const mac = (key: string | Buffer, text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', key).update(text).digest(encoding)

function verdictOf(
  signature: Signature<Credentials>,
  parts: HookParts,
  credentials: Credentials[] = [{ secret: 's3cret' }],
): string {
  const verdict = signature.verify(hookOf({ body, receivedAt: now, ...parts }), credentials)
  return verdict.ok ? 'ok' : verdict.reason.code
}

describe('an HMAC', () => {
  const plain = hmac({ header: 'X-Sig', secret })
  const timed = hmac({
    header: 'sig',
    field: 'v1',
    timestamp: { field: 't' },
    signs: '{timestamp}.{body}',
    secret,
  })

  it('passes with its key and fails with any other', () => {
    const headers = { 'x-sig': mac('s3cret', body) }
    expect(verdictOf(plain, { headers })).toBe('ok')
    expect(verdictOf(plain, { headers }, [{ secret: 'other' }])).toBe('signature_mismatch')
  })

  it('passes in capitals of hex, and with or without the padding of base64', () => {
    expect(verdictOf(plain, { headers: { 'x-sig': mac('s3cret', body).toUpperCase() } })).toBe('ok')
    const base64 = hmac({ header: 'x-sig', encoding: 'base64', secret })
    const padded = mac('s3cret', body, 'base64')
    expect(verdictOf(base64, { headers: { 'x-sig': padded } })).toBe('ok')
    expect(verdictOf(base64, { headers: { 'x-sig': padded.replace(/=+$/, '') } })).toBe('ok')
  })

  it('passes with the key that is being rotated out, and with any of several signatures', () => {
    const headers = { sig: `t=${seconds},v1=${'0'.repeat(64)},v1=${mac('older', `${seconds}.${body}`)},v0=x` }
    expect(verdictOf(timed, { headers }, [{ secret: 's3cret' }, { secret: 'older' }])).toBe('ok')
  })

  it('never passes by an empty signature, an empty key or a shortened one', () => {
    expect(verdictOf(plain, { headers: { 'x-sig': '' } })).toBe('signature_missing')
    expect(verdictOf(plain, { headers: { 'x-sig': mac('s3cret', body).slice(0, 10) } })).toBe(
      'signature_mismatch',
    )
    expect(verdictOf(plain, { headers: { 'x-sig': mac('', body) } }, [{ secret: '' }, {}])).toBe(
      'secret_missing',
    )
  })

  it('wants the prefix it was told about', () => {
    const prefixed = hmac({ header: 'x-sig', prefix: 'sha256=', secret })
    expect(verdictOf(prefixed, { headers: { 'x-sig': `sha256=${mac('s3cret', body)}` } })).toBe('ok')
    expect(verdictOf(prefixed, { headers: { 'x-sig': mac('s3cret', body) } })).toBe('signature_missing')
  })

  it.each([
    [-300, 'ok'],
    [300, 'ok'],
    [-301, 'timestamp_outside_tolerance'],
    [301, 'timestamp_outside_tolerance'],
  ])('signed %s seconds from its arrival: %s', (offset, verdict) => {
    const at = String(Number(seconds) + offset)
    expect(verdictOf(timed, { headers: { sig: `t=${at},v1=${mac('s3cret', `${at}.${body}`)}` } })).toBe(
      verdict,
    )
  })

  it('says when the time is missing or is no time', () => {
    expect(verdictOf(timed, { headers: { sig: 'v1=abc' } })).toBe('timestamp_missing')
    const odd = `t=soon,v1=${mac('s3cret', `soon.${body}`)}`
    expect(verdictOf(timed, { headers: { sig: odd } })).toBe('timestamp_unreadable')
  })

  it('covers the bytes as they came, also where they are no text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe])
    const signature = createHmac('sha256', 's3cret').update(bytes).digest('hex')
    expect(verdictOf(plain, { headers: { 'x-sig': signature }, body: bytes })).toBe('ok')
  })

  it('covers method, address, id and time where its template names them', () => {
    const whole = hmac({
      header: 'x-sig',
      signs: '{method}|{url}|{id}|{timestamp}|{body}',
      idHeader: 'x-id',
      timestamp: { header: 'x-time', unit: 'iso' },
      secret,
    })
    const at = now.toISOString()
    const headers = {
      'x-sig': mac('s3cret', `PUT|${hookAddress}|7|${at}|${body}`),
      'x-id': '7',
      'x-time': at,
    }
    expect(verdictOf(whole, { method: 'PUT', headers })).toBe('ok')
    expect(verdictOf(whole, { method: 'POST', headers })).toBe('signature_mismatch')
    expect(verdictOf(whole, { method: 'PUT', headers: { ...headers, 'x-id': '8' } })).toBe(
      'signature_mismatch',
    )
    expect(verdictOf(whole, { method: 'PUT', headers, url: `${hookAddress}?x=1` })).toBe('signature_mismatch')
  })

  it('decodes a key that is written as base64', () => {
    const decoded = hmac({ header: 'x-sig', secretEncoding: 'base64', secretPrefix: 'k_', secret })
    const key = Buffer.from('raw key bytes')
    const headers = { 'x-sig': mac(key, body) }
    expect(verdictOf(decoded, { headers }, [{ secret: `k_${key.toString('base64')}` }])).toBe('ok')
  })
})

describe('a key that is not written as the form says, or is next to nothing', () => {
  it.each([
    ['hex', 'my-own-secret'],
    ['hex', 'abc'],
    ['hex', 'abcd'],
    ['base64', '!!!'],
    ['base64', 'A'],
    ['base64', 'AAAA'],
  ] as const)('is told, and lets nobody in: %s of %s', (secretEncoding, text) => {
    const signature = hmac({ header: 'x-sig', secretEncoding, secret })
    const what = Buffer.from(text, secretEncoding)
    expect(verdictOf(signature, { headers: { 'x-sig': mac(what, body) } }, [{ secret: text }])).toBe(
      'secret_unreadable',
    )
  })
})

describe('a plain hash', () => {
  const signature = hashed({ header: 'x-sig', signs: '{secret}{method}{url}{body}', secret })
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')

  it('passes over exactly what it covers', () => {
    const headers = { 'x-sig': hash(`s3cretPOST${hookAddress}${body}`) }
    expect(verdictOf(signature, { headers })).toBe('ok')
    expect(verdictOf(signature, { headers, body: `${body} ` })).toBe('signature_mismatch')
    expect(verdictOf(signature, { headers, method: 'PUT' })).toBe('signature_mismatch')
  })

  it('never passes without a secret', () => {
    expect(verdictOf(signature, { headers: { 'x-sig': hash(`POST${hookAddress}${body}`) } }, [{}])).toBe(
      'secret_missing',
    )
  })
})

describe('Standard Webhooks', () => {
  const signature = standardWebhooks({ secret })
  const key = Buffer.from('thirty-two bytes of key material')
  const whsec = `whsec_${key.toString('base64')}`
  const signed = (at = seconds) => `v1,${mac(key, `msg_1.${at}.${body}`, 'base64')}`
  const headers: Record<string, string> = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,AAAA ${signed()} v9,x`,
  }

  it('passes with any of the listed signatures, also under the older header names', () => {
    expect(verdictOf(signature, { headers }, [{ secret: whsec }])).toBe('ok')
    const older = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace('webhook', 'svix'), value]),
    )
    expect(verdictOf(signature, { headers: older }, [{ secret: whsec }])).toBe('ok')
  })

  it('covers id and time', () => {
    expect(
      verdictOf(signature, { headers: { ...headers, 'webhook-id': 'msg_2' } }, [{ secret: whsec }]),
    ).toBe('signature_mismatch')
    const old = { ...headers, 'webhook-timestamp': '1614265330', 'webhook-signature': signed('1614265330') }
    expect(verdictOf(signature, { headers: old }, [{ secret: whsec }])).toBe('timestamp_outside_tolerance')
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('says that %s is missing', (name) => {
    const { [name]: _, ...rest } = headers
    expect(verdictOf(signature, { headers: rest }, [{ secret: whsec }])).toMatch(/_missing$/)
  })

  it('says that a secret is none, instead of making an empty key of it', () => {
    const empty = { ...headers, 'webhook-signature': `v1,${mac('', `msg_1.${seconds}.${body}`, 'base64')}` }
    for (const nothing of ['whsec_', 'whsec_A', 'whsec_AAAA']) {
      expect(verdictOf(signature, { headers: empty }, [{ secret: nothing }])).toBe('secret_unreadable')
    }
    expect(verdictOf(signature, { headers: empty }, [{ secret: 'pass word!' }])).toBe('secret_unreadable')
  })

  it('passes by public key, and not with another’s', () => {
    const pair = () => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      const raw = (jwk: string | undefined) => Buffer.from(jwk ?? '', 'base64url').toString('base64')
      return {
        whpk: `whpk_${raw(publicKey.export({ format: 'jwk' }).x)}`,
        whsk: `whsk_${raw(privateKey.export({ format: 'jwk' }).d)}`,
      }
    }
    const [ours, theirs] = [pair(), pair()]
    const request = {
      method: 'POST',
      url: hookAddress,
      headers: { 'webhook-id': 'msg_1' },
      body: Buffer.from(body),
    }
    const made = signature.sign?.(request, { secret: ours.whsk }, now) ?? {}
    expect(made['webhook-signature']).toMatch(/^v1a,/)
    expect(verdictOf(signature, { headers: made }, [{ secret: ours.whpk }])).toBe('ok')
    expect(verdictOf(signature, { headers: made }, [{ secret: theirs.whpk }])).toBe('signature_mismatch')
  })

  it('signs with both secrets while one is being changed', () => {
    const both = standardWebhooks<Credentials>({
      secret: ({ secret: held }) => [held, `whsec_${Buffer.from('the older key').toString('base64')}`],
    })
    const made =
      both.sign?.(
        { method: 'POST', url: '', headers: {}, body: Buffer.from(body) },
        { secret: whsec },
        now,
      ) ?? {}
    expect(made['webhook-signature']?.split(' ')).toHaveLength(2)
    expect(verdictOf(signature, { headers: made }, [{ secret: whsec }])).toBe('ok')
  })
})

describe('a secret that travels along', () => {
  it.each([
    ['bearer', bearer({ secret }), { headers: { authorization: 'Bearer s3cret' } }],
    ['bearer in small letters', bearer({ secret }), { headers: { authorization: 'bearer s3cret' } }],
    [
      'bearer in capitals, after two blanks',
      bearer({ secret }),
      { headers: { authorization: 'BEARER  s3cret' } },
    ],
    [
      'basic in small letters',
      basic({ user: () => 'hub', password: secret }),
      { headers: { authorization: 'basic aHViOnMzY3JldA==' } },
    ],
    [
      'basic',
      basic({ user: () => 'hub', password: secret }),
      { headers: { authorization: `Basic ${btoa('hub:s3cret')}` } },
    ],
    ['header', headerSecret({ header: 'X-Api-Key', secret }), { headers: { 'x-api-key': 's3cret' } }],
    ['query', querySecret({ query: 'token', secret }), { url: `${hookAddress}?token=s3cret` }],
  ])(
    'passes as %s, and says where it stands, so that it is stored as a hash alone',
    (_name, signature: Signature<Credentials>, parts) => {
      expect(verdictOf(signature, parts)).toBe('ok')
      expect(verdictOf(signature, parts, [{ secret: 'other' }])).toBe('secret_mismatch')
      expect(verdictOf(signature, {})).toBe('secret_not_presented')
      expect(verdictOf(signature, parts, [{}])).toBe('secret_missing')
      expect(signature.secretPlaces?.({})).toHaveLength(1)
    },
  )
})

describe('a scheme that the owner chose', () => {
  const chosen = chooseSignature<Credentials>(({ secret: held }) =>
    held ? bearer({ secret }) : unsigned('nothing was chosen'),
  )

  it('is that of the current settings, whatever those being rotated out allowed', () => {
    expect(verdictOf(chosen, {}, [{}])).toBe('ok')
    expect(verdictOf(chosen, {}, [{ secret: 's3cret' }, {}])).toBe('secret_not_presented')
    expect(verdictOf(chosen, {}, [])).toBe('secret_missing')
  })
})

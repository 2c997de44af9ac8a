import { createHmac, randomUUID } from 'node:crypto'
import type { Signature, Verdict } from '../signature.ts'
import { accepted, refused } from '../signature.ts'
import { anyMatches } from './constant-time.ts'
import { readSecret } from './read-secret.ts'
import type { SecretEncoding } from './read-secret.ts'
import { signedPieces } from './signed-bytes.ts'
import type { SignedParts } from './signed-bytes.ts'
import { withinTolerance, writeTimestamp } from './timestamp.ts'
import type { TimestampUnit } from './timestamp.ts'

export interface HmacOptions<C> {
  /** The key; several while one is being rotated out by the sender. Empty ones are skipped. */
  secret: (credentials: C) => string | undefined | readonly (string | undefined)[]
  /** How the key's bytes are written. Default `utf8`: the text itself, as Stripe does with its whole `whsec_…`. */
  secretEncoding?: SecretEncoding
  /** Taken off the key before it is decoded. */
  secretPrefix?: string
  /** Default `sha256`. */
  algorithm?: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'
  /** Default `hex`. */
  encoding?: 'hex' | 'base64' | 'base64url'
  header: string
  /** Text in front of the signature, such as `sha256=`. */
  prefix?: string
  /** Separates several signatures in the header, any of which may match. Default: there is one. */
  separator?: string
  /** For `t=1,v1=abc,v1=def`: the name of the field that holds a signature. Fields are separated by `separator` or a comma. */
  field?: string
  /** Where the time of signing stands. Without it a request can be played again for ever. */
  timestamp?: ({ header: string } | { field: string }) & {
    /** Default `s`: seconds since 1970. */
    unit?: TimestampUnit
    /** Default 300. */
    toleranceSeconds?: number
  }
  /** The header whose value stands for `{id}`. */
  idHeader?: string
  /** The signed bytes. Default `{body}`. See `signedBytes` for the placeholders. */
  signs?: string
  /** The spellings of the address that a sender may have signed. Default: the address as it stands. */
  addresses?: (url: string) => readonly string[]
}

/** An HMAC over a template of body, time, id, address and method; most vendors' signatures are one line of options. */
export function hmac<C>(options: HmacOptions<C>): Signature<C> {
  const {
    algorithm = 'sha256',
    encoding = 'hex',
    signs = '{body}',
    timestamp,
    idHeader,
    prefix = '',
  } = options
  const header = options.header.toLowerCase()
  const toleranceSeconds = timestamp && (timestamp.toleranceSeconds ?? 300)
  const addresses = options.addresses ?? ((url) => [url])

  const secretsOf = (credentials: C): string[] =>
    [options.secret(credentials)].flat().flatMap((secret) => (secret ? [secret] : []))

  const digests = (keys: readonly Buffer[], parts: SignedParts): string[] =>
    keys.flatMap((key) =>
      addresses(parts.url).map((url) => {
        const digest = createHmac(algorithm, key)
        for (const piece of signedPieces(signs, { ...parts, url })) digest.update(piece)
        return digest.digest(encoding)
      }),
    )

  return {
    scheme: 'hmac',
    coversBody: signs.includes('{body}'),
    toleranceSeconds,

    verify(hook, credentials): Verdict {
      const secrets = credentials.flatMap(secretsOf)
      if (secrets.length === 0) return refused('secret_missing')
      const keys = secrets.flatMap((secret) => decodeSecret(secret, options) ?? [])
      if (keys.length === 0) return refused('secret_unreadable')

      const value = hook.headers[header]
      if (!value) return refused('signature_missing', { header })
      const presented = signaturesIn(value, options)
        .filter((one) => one.startsWith(prefix))
        .map((one) => comparable(one.slice(prefix.length), encoding))
      if (presented.length === 0) return refused('signature_missing', { header })

      const time = timestamp && timeIn(hook.headers, value, options)
      if (timestamp && !time) return refused('timestamp_missing')
      const id = idHeader && hook.headers[idHeader.toLowerCase()]
      if (idHeader && !id) return refused('id_missing', { header: idHeader })

      const { body, method, url } = hook
      const expected = digests(keys, { body, method, url, timestamp: time, id }).map((one) =>
        comparable(one, encoding),
      )
      if (!anyMatches(presented, expected)) return refused('signature_mismatch')
      if (!timestamp || !time || toleranceSeconds === undefined) return accepted
      return withinTolerance(time, timestamp.unit ?? 's', toleranceSeconds, hook.receivedAt)
    },

    sign({ method, url, headers, body }, credentials, now) {
      const time = timestamp && writeTimestamp(now, timestamp.unit ?? 's')
      const id = idHeader && (headers[idHeader] ?? `msg_${randomUUID()}`)
      const signatures = secretsOf(credentials).flatMap((secret) => {
        const key = decodeSecret(secret, options)
        return key ? [`${prefix}${digests([key], { body, method, url, timestamp: time, id })[0]}`] : []
      })
      return {
        ...(timestamp && 'header' in timestamp && time ? { [timestamp.header]: time } : {}),
        ...(idHeader && id ? { [idHeader]: id } : {}),
        [options.header]: written(signatures, time, options),
      }
    },
  }
}

function decodeSecret<C>(
  secret: string,
  { secretEncoding = 'utf8', secretPrefix }: HmacOptions<C>,
): Buffer | undefined {
  const bare = secretPrefix && secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret
  return readSecret(bare, secretEncoding)
}

function signaturesIn<C>(value: string, { field, separator }: HmacOptions<C>): string[] {
  if (field === undefined) return separator ? value.split(separator).map((one) => one.trim()) : [value.trim()]
  return fieldsIn(value, separator).flatMap(([name, held]) => (name === field ? [held] : []))
}

function fieldsIn(value: string, separator = ','): [name: string, held: string][] {
  return value.split(separator).map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })
}

function timeIn<C>(
  headers: Readonly<Record<string, string>>,
  value: string,
  { timestamp, separator }: HmacOptions<C>,
): string | undefined {
  if (!timestamp) return undefined
  if ('header' in timestamp) return headers[timestamp.header.toLowerCase()]
  return fieldsIn(value, separator).find(([name]) => name === timestamp.field)?.[1]
}

function written<C>(
  signatures: readonly string[],
  time: string | undefined,
  { field, timestamp, separator }: HmacOptions<C>,
): string {
  if (field === undefined) return signatures.join(separator ?? ' ')
  const first = timestamp && 'field' in timestamp ? [`${timestamp.field}=${time}`] : []
  return [...first, ...signatures.map((one) => `${field}=${one}`)].join(separator ?? ',')
}

/** Senders differ in capitals of hex and in padding and alphabet of base64; the bytes are what counts. */
function comparable(signature: string, encoding: 'hex' | 'base64' | 'base64url'): string {
  if (encoding === 'hex') return signature.toLowerCase()
  return signature.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
}

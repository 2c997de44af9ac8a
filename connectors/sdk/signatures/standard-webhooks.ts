import { createHmac, createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Signature } from '../signature.ts'
import { refused } from '../signature.ts'
import { anyMatches } from './constant-time.ts'
import { readSecret } from './read-secret.ts'
import { signedBytes } from './signed-bytes.ts'
import { withinTolerance, writeTimestamp } from './timestamp.ts'

export interface StandardWebhooksOptions<C> {
  /**
   * `whsec_…` (or the bare base64) for `v1`, `whpk_…` to check and `whsk_…` to make `v1a`. Several while one is being
   * rotated out: every one signs, any one passes.
   */
  secret: (credentials: C) => string | undefined | readonly (string | undefined)[]
  /** Default 300, as the specification advises. */
  toleranceSeconds?: number
}

type Key = { version: 'v1'; bytes: Buffer } | { version: 'v1a'; verifies: KeyObject; signs?: KeyObject }

/**
 * Standard Webhooks (https://www.standardwebhooks.com, read 2026-11): `v1` is an HMAC-SHA256, `v1a` an Ed25519
 * signature, both over `{id}.{timestamp}.{body}`; the header lists several, separated by blanks. The older `svix-…`
 * header names are understood too.
 */
export function standardWebhooks<C>(options: StandardWebhooksOptions<C>): Signature<C> {
  const { toleranceSeconds = 300 } = options
  const secretsOf = (credentials: C): string[] =>
    [options.secret(credentials)].flat().flatMap((secret) => (secret ? [secret] : []))

  return {
    scheme: 'standard_webhooks',
    coversBody: true,
    toleranceSeconds,

    verify(hook, credentials) {
      const secrets = credentials.flatMap(secretsOf)
      if (secrets.length === 0) return refused('secret_missing')
      const keys = secrets.map(readKey).filter((key) => key !== undefined)
      if (keys.length === 0) return refused('secret_unreadable')

      const held = (name: string) => hook.headers[`webhook-${name}`] ?? hook.headers[`svix-${name}`]
      const [id, timestamp, signatures] = [held('id'), held('timestamp'), held('signature')]
      if (!signatures) return refused('signature_missing', { header: 'webhook-signature' })
      if (!id) return refused('id_missing', { header: 'webhook-id' })
      if (!timestamp) return refused('timestamp_missing')

      const bytes = signedContent(id, timestamp, hook.body)
      if (!keys.some((key) => matches(key, bytes, signatures))) return refused('signature_mismatch')
      return withinTolerance(timestamp, 's', toleranceSeconds, hook.receivedAt)
    },

    sign({ headers, body }, credentials, now) {
      const id = headers['webhook-id'] ?? `msg_${randomUUID()}`
      const timestamp = writeTimestamp(now, 's')
      const bytes = signedContent(id, timestamp, body)
      const signatures = secretsOf(credentials).flatMap((secret) => {
        const key = readKey(secret)
        return key ? signaturesBy(key, bytes) : []
      })
      return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
    },
  }
}

const signedContent = (id: string, timestamp: string, body: Buffer): Buffer =>
  signedBytes('{id}.{timestamp}.{body}', { id, timestamp, body, method: '', url: '' })

function matches(key: Key, bytes: Buffer, header: string): boolean {
  const listed = header.split(' ').flatMap((one) => {
    const [version, signature] = one.split(',')
    return version === key.version && signature ? [signature] : []
  })
  if (key.version === 'v1')
    return anyMatches(listed, [createHmac('sha256', key.bytes).update(bytes).digest('base64')])
  return listed.some((signature) => verify(null, bytes, key.verifies, Buffer.from(signature, 'base64')))
}

function signaturesBy(key: Key, bytes: Buffer): string[] {
  if (key.version === 'v1') return [`v1,${createHmac('sha256', key.bytes).update(bytes).digest('base64')}`]
  return key.signs ? [`v1a,${sign(null, bytes, key.signs).toString('base64')}`] : []
}

/* What stands before the 32 raw bytes of an Ed25519 key in its DER forms (RFC 8410). */
const publicDer = Buffer.from('302a300506032b6570032100', 'hex')
const privateDer = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Whether the text is a secret as the specification writes it. */
export function isStandardWebhooksSecret(text: string): boolean {
  return readKey(text) !== undefined
}

/** The key, or undefined where the text is none. */
function readKey(secret: string): Key | undefined {
  const prefix = ['whsec_', 'whpk_', 'whsk_'].find((each) => secret.startsWith(each))
  const text = secret.slice(prefix?.length ?? 0)
  const bytes = readSecret(text, 'base64')
  if (!bytes) return undefined
  if (prefix === 'whpk_' || prefix === 'whsk_') {
    if (bytes.length < 32) return undefined
    // A private key may be written with its public half behind it (64 bytes); the seed comes first.
    const raw = bytes.subarray(0, 32)
    if (prefix === 'whpk_') return { version: 'v1a', verifies: publicKey(raw) }
    const signs = createPrivateKey({ key: Buffer.concat([privateDer, raw]), format: 'der', type: 'pkcs8' })
    return { version: 'v1a', verifies: createPublicKey(signs), signs }
  }
  return { version: 'v1', bytes }
}

const publicKey = (raw: Buffer) =>
  createPublicKey({ key: Buffer.concat([publicDer, raw]), format: 'der', type: 'spki' })

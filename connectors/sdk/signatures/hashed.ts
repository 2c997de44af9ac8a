import { createHash } from 'node:crypto'
import type { Signature } from '../signature.ts'
import { accepted, refused } from '../signature.ts'
import { anyMatches } from './constant-time.ts'
import { signedBytes } from './signed-bytes.ts'

export interface HashedOptions<C> {
  secret: (credentials: C) => string | undefined
  header: string
  /** The hashed bytes, such as `{secret}{method}{url}{body}`. */
  signs: string
  /** Headers that a sender adds beside the hash. */
  also?: Record<string, string>
}

/**
 * A plain SHA-256 (hex) over a template that contains the secret. Weaker than an HMAC and without a time, so that an
 * overheard request can be played again; here because older vendors' schemes are so.
 */
export function hashed<C>({ secret, header, signs, also }: HashedOptions<C>): Signature<C> {
  const name = header.toLowerCase()
  const hash = (request: { body: Buffer; method: string; url: string }, key: string) =>
    createHash('sha256')
      .update(
        signedBytes(signs, { body: request.body, method: request.method, url: request.url, secret: key }),
      )
      .digest('hex')

  return {
    scheme: 'hashed',
    coversBody: signs.includes('{body}'),
    verify(hook, credentials) {
      const keys = credentials.map(secret).filter((key) => key !== undefined && key !== '')
      if (keys.length === 0) return refused('secret_missing')
      const presented = hook.headers[name]
      if (!presented) return refused('signature_missing', { header: name })
      const expected = keys.map((key) => hash(hook, key ?? ''))
      return anyMatches([presented.trim().toLowerCase()], expected) ? accepted : refused('signature_mismatch')
    },
    sign: (request, credentials) => ({ ...also, [header]: hash(request, secret(credentials) ?? '') }),
  }
}

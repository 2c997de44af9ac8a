import { createHmac } from 'node:crypto'

/** How a sender proves itself. */
export type Signing = { scheme: 'stripe'; secret: string } | { scheme: 'hmac'; secret: string }

/** Where the signature of a generic webhook stands. */
export const SIGNATURE_HEADER = 'x-signature'

/**
 * One POST as it goes over the wire, genuinely signed: as Stripe does ("Verify webhook signatures manually", read
 * 2026-11) or with an HMAC of the body.
 */
export function signedRequest(path: string, body: string, signing: Signing, at: Date): string {
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n`
  return `${head}${signatureLine(body, signing, at)}\r\n\r\n${body}`
}

function signatureLine(body: string, { scheme, secret }: Signing, at: Date): string {
  if (scheme === 'hmac') return `${SIGNATURE_HEADER}: ${hmac(secret, body)}`
  const timestamp = Math.floor(at.getTime() / 1000)
  return `Stripe-Signature: t=${timestamp},v1=${hmac(secret, `${timestamp}.${body}`)}`
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

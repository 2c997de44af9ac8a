import { standardWebhooks } from '#sdk'
import type { Credentials } from '../auth.ts'

const signature = standardWebhooks<Credentials>({
  secret: ({ signingSecret, previousSigningSecret }) => [signingSecret, previousSigningSecret],
})

/**
 * The Standard Webhooks headers of one try. The id is that of the delivery, so that a receiver that saw it before can
 * tell; the time is that of the try, since receivers refuse what is five minutes old. While a secret is being changed
 * the signature has a part for each.
 */
export function signedHeaders(
  request: { url: string; body: string },
  auth: Credentials,
  { key, at }: { key: string; at: Date },
): Record<string, string> {
  const named = { 'webhook-id': key, 'idempotency-key': key }
  if (!auth.signingSecret && !auth.previousSigningSecret) return named
  const { url, body } = request
  const signed = signature.sign?.({ method: 'POST', url, headers: named, body: Buffer.from(body) }, auth, at)
  return { ...named, ...signed }
}

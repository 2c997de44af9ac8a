import { standardWebhooks } from '#sdk'
import { hookOf } from '../../connectors/sdk/testing/hook-of.ts'
import type { Character } from './stand-in.ts'

/** One webhook that was taken. */
interface Taken {
  id: string
  /** How many times it came; a receiver acts on the first alone. */
  times: number
  body: string
}

/**
 * A receiver of webhooks that checks signatures as Standard Webhooks describes. What is not signed is taken too, with a
 * note; what is signed wrongly is refused with 401.
 */
export function webhookSink(secret: string, now: () => Date): Character {
  const signature = standardWebhooks<string>({ secret: (key) => key })
  const taken = new Map<string, Taken>()
  return {
    name: 'Webhook sink',
    state: () => ({ webhooks: [...taken.values()] }),
    reset: () => taken.clear(),
    answer({ method, headers, body }) {
      const isSigned = 'webhook-signature' in headers || 'svix-signature' in headers
      const verdict = signature.verify(hookOf({ method, headers, body, receivedAt: now() }), [secret])
      if (isSigned && !verdict.ok) {
        return { status: 401, json: { error: verdict.reason }, note: `refused: ${verdict.reason.code}` }
      }
      const id = headers['webhook-id'] ?? headers['ce-id'] ?? `unnamed-${taken.size + 1}`
      const times = (taken.get(id)?.times ?? 0) + 1
      taken.set(id, { id, times, body })
      const note = `${isSigned ? 'signature is right' : 'not signed'}${times > 1 ? `, came ${times} times` : ''}`
      return { status: 200, json: { received: true, id, times }, note }
    },
  }
}

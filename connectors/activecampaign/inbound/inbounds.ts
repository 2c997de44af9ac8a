import { chooseSignature, defineInbound, fingerprint, querySecret, unsigned } from '#sdk'
import type { Signature, Snapshot } from '#sdk'
import { auth } from '../auth.ts'
import type { Credentials } from '../auth.ts'
import { contactOfHook, idOf } from '../contact.ts'
import { normaliseWebhook } from './normalise-webhook.ts'
import {
  contactSnapshot,
  normalisePolled,
  polledContact,
  polledKey,
  polledSnapshot,
  splitPage,
} from './polled-contact.ts'
import { webhookEvent } from './webhook-event.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** The name under which the webhook address carries its secret, where the owner of the connection wants one. */
export const secretParameter = 'secret'

const addressAlone: Signature<Credentials> = unsigned(
  'ActiveCampaign signs nothing. The webhook address is 32 random bytes long, and who does not know it cannot post.',
)
const addressAndSecret: Signature<Credentials> = querySecret({
  query: secretParameter,
  secret: ({ hookSecret }) => hookSecret,
})

/** One event a request, as a form. ActiveCampaign may send it more than once, and never again after a failure. */
const webhook = defineInbound({
  id: 'webhook',
  auth,
  signature: chooseSignature<Credentials>(({ hookSecret }) => (hookSecret ? addressAndSecret : addressAlone)),
  item: webhookEvent,
  // No event has an id. What is sent once more has the same bytes, the second of its time among them.
  dedupeKey: (_event, { body }) => fingerprint(body),
  snapshot: stateIn,
  normalise: normaliseWebhook,
})

/** Only *something changed* can be told by the poll as well; everything else is a fact of its own. */
function stateIn({ type, contact }: WebhookEvent): Snapshot | undefined {
  const id = idOf(contact?.id)
  if (type !== 'update' || !contact || !id) return undefined
  const { email, first_name, last_name, phone } = contact
  const custom = Object.entries(contactOfHook(contact).fields ?? {})
  return contactSnapshot(id, {
    email,
    first_name,
    last_name,
    phone,
    // Beside what both know: a change of these alone must not look like something known.
    ...Object.fromEntries(custom.map(([name, value]) => [`fields.${name}`, value])),
  })
}

const contacts = defineInbound({
  id: 'contacts',
  auth,
  recognise: () => false,
  signature: unsigned('The hub itself asks for these.'),
  split: splitPage,
  item: polledContact,
  dedupeKey: polledKey,
  snapshot: polledSnapshot,
  normalise: normalisePolled,
})

export const inbounds = [webhook, contacts]

import { defineInbound, headerSecret, hmac } from '#sdk'
import type { Hook } from '#sdk'
import { auth } from '../auth.ts'
import type { Credentials } from '../auth.ts'
import { factKey, mauticFact, splitBatch } from './batch.ts'
import { campaignBody, campaignKey, normaliseCampaign, readCampaign } from './campaign-webhook.ts'
import { normaliseFact } from './normalise-fact.ts'

/** Mautic's webhooks always say where they come from; one without a secret has no signature all the same. */
const isWebhook = ({ headers }: Hook): boolean =>
  'webhook-signature' in headers || 'x-origin-base-url' in headers

/**
 * Two senders reach one address. Webhooks are signed; what a campaign sends is not, and carries a token that its author
 * put into a header. A webhook whose signature is wrong must not get in by the second door, which is why it is told by
 * its headers and not by its content.
 */
export const inbounds = [
  defineInbound({
    id: 'webhook',
    auth,
    recognise: isWebhook,
    // Over the bytes as they came: PHP writes `\/` and `\u00e9`, and nobody else does.
    signature: hmac({
      header: 'webhook-signature',
      encoding: 'base64',
      secret: ({ webhookSecret }: Credentials) => webhookSecret,
    }),
    split: splitBatch,
    item: mauticFact,
    dedupeKey: factKey,
    normalise: normaliseFact,
  }),
  defineInbound({
    id: 'campaign',
    auth,
    signature: headerSecret({
      header: 'x-switchyard-token',
      secret: ({ campaignToken }: Credentials) => campaignToken,
    }),
    parse: readCampaign,
    item: campaignBody,
    dedupeKey: campaignKey,
    normalise: normaliseCampaign,
    // A campaign counts 200 and 201 as success and tries again after anything else, 202 among them
    // (WebhookBundle/Helper/CampaignHelper.php, 5.2).
    reply: () => ({ status: 200 }),
  }),
]

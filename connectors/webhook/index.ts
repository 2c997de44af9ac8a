import { defineConnector, defineTrigger, describeEvents } from '#sdk'
import { httpRequest, httpRequestOnce } from './actions/http-request.ts'
import { sendCloudEvent } from './actions/send-cloud-event.ts'
import { sendWebhook } from './actions/send-webhook.ts'
import { auth } from './auth.ts'
import { anyWebhook } from './inbound/any-webhook.ts'
import { cloudEvents } from './inbound/cloud-events.ts'

/** A sender may know any of the hub's own names. */
const named = describeEvents()
  .map(({ name }) => name)
  .filter((name) => name !== 'custom.event')

export default defineConnector({
  id: 'webhook',
  name: 'Webhook',
  description: 'Any tool that can post a request, and any address that can receive one.',
  version: 1,
  auth,
  inbound: [cloudEvents, anyWebhook],
  triggers: {
    anyRequest: defineTrigger({
      name: 'A request arrived',
      description: 'Anything a tool posts, under the name it gives itself.',
      events: ['custom.event'],
    }),
    wellNamed: defineTrigger({
      name: 'A request with a name the hub knows',
      description: 'The sender already speaks the hub’s vocabulary, such as order.completed.',
      events: named,
    }),
  },
  goneEndsConnection: true,
  actions: { sendWebhook, sendCloudEvent, httpRequest, httpRequestOnce },
})

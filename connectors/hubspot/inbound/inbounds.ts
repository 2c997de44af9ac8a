import { defineInbound } from '#sdk'
import { auth } from '../auth.ts'
import { crmEvent, crmEventKey, normaliseCrmEvent } from './crm-event.ts'
import { v1, v2, v3, workflowKey as chosenKey } from './signatures.ts'
import { normaliseWorkflow, workflowBody, workflowKey } from './workflow-body.ts'

/** Up to a hundred events come in one request, in no order. */
const batch = (payload: unknown): readonly unknown[] => (Array.isArray(payload) ? payload : [payload])

/**
 * Four kinds of request reach one address. An app sends the v3 and the v1 signature together, so v1 is looked at only
 * where there is no v3: a wrong v3 must not get a second chance. What is signed by nothing HubSpot knows ends at the
 * last one, and is refused there.
 */
export const inbounds = [
  defineInbound({
    id: 'events',
    auth,
    recognise: ({ headers }) => 'x-hubspot-signature-v3' in headers,
    signature: v3,
    split: batch,
    item: crmEvent,
    dedupeKey: crmEventKey,
    normalise: normaliseCrmEvent,
  }),
  defineInbound({
    id: 'eventsV1',
    auth,
    recognise: ({ headers }) =>
      'x-hubspot-signature' in headers && headers['x-hubspot-signature-version'] !== 'v2',
    signature: v1,
    split: batch,
    item: crmEvent,
    dedupeKey: crmEventKey,
    normalise: normaliseCrmEvent,
  }),
  defineInbound({
    id: 'workflowByKey',
    auth,
    recognise: ({ headers }, { workflowCheck }) =>
      workflowCheck !== 'signature' && !('x-hubspot-signature' in headers),
    signature: chosenKey,
    item: workflowBody,
    dedupeKey: workflowKey,
    normalise: normaliseWorkflow,
  }),
  defineInbound({
    id: 'workflow',
    auth,
    signature: v2,
    item: workflowBody,
    dedupeKey: workflowKey,
    normalise: normaliseWorkflow,
  }),
]

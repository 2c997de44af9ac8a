import { chooseSignature, hashed, headerSecret, hmac, querySecret, unsigned } from '#sdk'
import type { Signature } from '#sdk'
import type { Credentials } from '../auth.ts'

const secret = ({ clientSecret }: Credentials) => clientSecret

/** The current scheme: an HMAC over method, address, body and time, in Base64. */
export const v3: Signature<Credentials> = hmac({
  header: 'x-hubspot-signature-v3',
  encoding: 'base64',
  signs: '{method}{url}{body}{timestamp}',
  timestamp: { header: 'x-hubspot-request-timestamp', unit: 'ms', toleranceSeconds: 300 },
  // HubSpot undoes some escapes of the address before it signs
  // (developers.hubspot.com, "Validating requests", read 2026-11); whether it met any, only the signature tells.
  addresses: (url) => [
    url,
    url.replaceAll(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escape) => decodeURIComponent(escape)),
  ],
  secret,
})

/** Sent beside v3 by app webhooks, alone by old ones: a plain hash over secret and body. */
export const v1: Signature<Credentials> = hashed({
  header: 'x-hubspot-signature',
  signs: '{secret}{body}',
  also: { 'x-hubspot-signature-version': 'v1' },
  secret,
})

/** What workflows send: the same, over method and address as well. */
export const v2: Signature<Credentials> = hashed({
  header: 'x-hubspot-signature',
  signs: '{secret}{method}{url}{body}',
  also: { 'x-hubspot-signature-version': 'v2' },
  secret,
})

/** A workflow whose author chose an API key instead of a signature, or nothing. */
export const workflowKey: Signature<Credentials> = chooseSignature(({ workflowCheck, workflowKeyName }) => {
  const key = ({ workflowKey: value }: Credentials) => value
  if (workflowCheck === 'header') return headerSecret({ header: workflowKeyName, secret: key })
  if (workflowCheck === 'query') return querySecret({ query: workflowKeyName, secret: key })
  return unsigned('The owner of the connection chose that workflow webhooks prove nothing.')
})

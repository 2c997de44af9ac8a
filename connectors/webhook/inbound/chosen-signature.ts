import {
  basic,
  bearer,
  chooseSignature,
  headerSecret,
  hmac,
  querySecret,
  standardWebhooks,
  unsigned,
} from '#sdk'
import type { Signature } from '#sdk'
import type { Credentials } from '../auth.ts'

const secret = ({ incomingSecret }: Credentials) => incomingSecret

/** What the request's parameter is called where the secret travels in the address. */
export const queryName = ({ incomingName }: Partial<Credentials>): string => incomingName ?? 'token'

/** The check that the owner of the connection chose. */
export const chosenSignature: Signature<Credentials> = chooseSignature((chosen: Credentials) => {
  const { incomingCheck, incomingName, toleranceSeconds } = chosen
  switch (incomingCheck) {
    case 'standard_webhooks':
      return standardWebhooks({ secret, toleranceSeconds })
    case 'hmac':
      return chosenHmac(chosen)
    case 'bearer':
      return bearer({ secret })
    case 'basic':
      return basic({ user: ({ incomingUser }) => incomingUser, password: secret })
    case 'header':
      return headerSecret({ header: incomingName ?? 'x-api-key', secret })
    case 'query':
      return querySecret({ query: queryName(chosen), secret })
    case 'none':
      return unsigned(
        'The owner of the connection chose that senders prove nothing; the address is the secret.',
      )
  }
})

function chosenHmac(chosen: Credentials): Signature<Credentials> {
  const { hmacTimestamp: at, hmacField: field, toleranceSeconds } = chosen
  const where = at === undefined ? undefined : field === undefined ? { header: at } : { field: at }
  return hmac({
    secret,
    header: chosen.incomingName ?? 'x-signature',
    algorithm: chosen.hmacAlgorithm,
    encoding: chosen.hmacEncoding,
    prefix: chosen.hmacPrefix,
    signs: chosen.hmacSigns,
    secretEncoding: chosen.hmacSecretEncoding,
    field,
    separator: chosen.hmacSeparator,
    idHeader: chosen.hmacIdHeader,
    timestamp: where && { ...where, unit: chosen.hmacTimestampUnit, toleranceSeconds },
  })
}

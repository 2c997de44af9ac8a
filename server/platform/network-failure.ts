import { AddressRefusedError } from '../../connectors/sdk/errors.ts'

/** What the usual failures below HTTP mean, for the sentence "No answer from <host>: …". */
const meanings: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name does not exist',
  EAI_AGAIN: 'the name could not be looked up just now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was broken off',
  EPIPE: 'the connection was broken off',
  ETIMEDOUT: 'no connection came about in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  UND_ERR_SOCKET: 'the connection was broken off',
  EHOSTUNREACH: 'there is no way to this machine',
  ENETUNREACH: 'there is no way to this network',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that this hub does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that this hub does not know',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** Says in words why no answer came. The system's own code is kept for those who know it, a library's tells nobody more. */
export function meaningOf(error: unknown): string {
  const code = codeOf(error)
  const meaning = code === undefined ? undefined : meanings[code]
  if (code !== undefined && meaning !== undefined) {
    return code.startsWith('UND_ERR_') ? meaning : `${meaning} (${code})`
  }
  const message = error instanceof Error ? error.message : String(error)
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}

/** The refusal of the address guard, however deep the client below wrapped it. */
export function refusalIn(error: unknown): AddressRefusedError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof AddressRefusedError) return at
  }
  return undefined
}

/** The first error code in the chain of causes. Addresses tried in turn are reported together; the first one speaks. */
export function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string' && at.code !== '') return at.code
    at = at instanceof AggregateError && at.errors.length > 0 ? at.errors[0] : at.cause
  }
  return undefined
}

import { validateHeaderName, validateHeaderValue } from 'node:http'
import { AddressRefusedError, CredentialsUnfitError, InputRefusedError } from '../../connectors/sdk/errors.ts'
import type { HttpDefaults } from '../../connectors/sdk/define-auth.ts'
import type { HttpOptions } from '../../connectors/sdk/http.ts'
import { acceptedEncodings } from './decompress.ts'
import { encodeForm } from './form-encoding.ts'
import { version } from './version.ts'

/** A request with nothing left to decide. */
export interface BuiltRequest {
  url: URL
  /** Lower-case names. */
  headers: Record<string, string>
  body: string | Uint8Array | undefined
}

/** The HTTP clients set these from the request itself; set by hand they break framing or hide another host. */
const ownedByTransport = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Lays what a connector asks for over what every request of the connection starts with. Throws `InputRefusedError` for
 * an address or header that cannot be sent, `CredentialsUnfitError` where that header is the connection's own, and
 * `AddressRefusedError` for an address that is not http or https.
 */
export function buildRequest(
  path: string,
  options: HttpOptions,
  connection: { baseUrl?: string; defaults?: HttpDefaults },
): BuiltRequest {
  const url = addressOf(path, connection.baseUrl ?? connection.defaults?.prefixUrl)
  addQuery(url, options.query)
  const { body, contentType } = bodyOf(options)

  const headers: Record<string, string> = {
    'user-agent': `Switchyard/${version}`,
    'accept-encoding': acceptedEncodings,
  }
  if (contentType !== undefined) headers['content-type'] = contentType
  moveCredentials(url, headers)
  addHeaders(headers, connection.defaults?.headers, (problem) => {
    return new CredentialsUnfitError(`${problem} Enter the credentials of the connection again.`)
  })
  addHeaders(headers, options.headers, (problem) => new InputRefusedError(problem))
  return { url, headers, body }
}

function addressOf(path: string, baseUrl: string | undefined): URL {
  const isWhole = /^[a-z][a-z0-9+.-]*:\/\//i.test(path)
  if (!isWhole && baseUrl === undefined) {
    throw new InputRefusedError(
      `"${path}" is not a whole web address, and this connection has no API address before it.`,
    )
  }
  const text = isWhole ? path : `${(baseUrl ?? '').replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
  const url = URL.parse(text)
  // Not shown whole: what is no address may still hold a key.
  if (!url)
    throw new InputRefusedError('The address of the request cannot be read. Write it as https://host/path.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AddressRefusedError(
      `Only http and https addresses are called, not ${url.protocol}//. Nothing was sent.`,
    )
  }
  url.hash = ''
  return url
}

/** Leaves a query that is already there as it is spelled, because some addresses are signed. */
function addQuery(url: URL, query: HttpOptions['query']): void {
  const added = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) added.append(name, String(value))
  }
  if (added.size > 0) url.search = url.search === '' ? added.toString() : `${url.search}&${added.toString()}`
}

function bodyOf({ json, form, body }: HttpOptions): {
  body: string | Uint8Array | undefined
  contentType?: string
} {
  if (json !== undefined) return { body: JSON.stringify(json), contentType: 'application/json' }
  if (form !== undefined) return { body: encodeForm(form), contentType: 'application/x-www-form-urlencoded' }
  return { body }
}

/** `https://user:password@host` means basic authentication; in the address itself it would be written down everywhere. */
function moveCredentials(url: URL, headers: Record<string, string>): void {
  if (url.username === '' && url.password === '') return
  const pair = `${decoded(url.username)}:${decoded(url.password)}`
  headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  url.username = ''
  url.password = ''
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new InputRefusedError(
      'The user name or password in the address cannot be read. A % in it has to be written as %25.',
    )
  }
}

function addHeaders(
  headers: Record<string, string>,
  added: Record<string, string> | undefined,
  refusal: (problem: string) => Error,
): void {
  for (const [name, value] of Object.entries(added ?? {})) {
    const lowerCase = name.toLowerCase()
    if (ownedByTransport.has(lowerCase)) continue
    try {
      validateHeaderName(lowerCase)
      validateHeaderValue(lowerCase, value)
    } catch {
      throw refusal(
        `The header "${name}" cannot be sent: it holds a line break or another character that HTTP does not allow.`,
      )
    }
    headers[lowerCase] = value
  }
}

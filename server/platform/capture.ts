import { isUtf8 } from 'node:buffer'
import { createRedactor, cut } from './redaction.ts'
import type { Redactor } from './redaction.ts'

/** What of a body is kept, a side. */
export const capturedBytesMax = 256 * 1024

/** One request and its answer as a person may see them: without a secret, bodies cut to 256 kB. */
export interface CapturedExchange {
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: CapturedBody | undefined
  /** Absent when no answer came. */
  readonly status: number | undefined
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly responseBody: CapturedBody | undefined
  readonly durationMs: number
  /** Why no usable answer came, with the `code` of the failure (`connectors/sdk/errors.ts`). */
  readonly error: { readonly code: string; readonly message: string } | undefined
}

export interface CapturedBody {
  /** Empty where the body is not text. */
  readonly text: string
  /** The whole body, also where `text` is shorter. */
  readonly bytes: number
  readonly isCut: boolean
}

/** Where captured exchanges go; an array will do. */
export interface ExchangeSink {
  push(exchange: CapturedExchange): unknown
}

/** Makes what is captured of one request presentable. */
export interface Cleaner {
  readonly text: Redactor
  url(url: URL): string
  headers(headers: Readonly<Record<string, string>>): Record<string, string>
  body(body: string | Uint8Array | undefined): CapturedBody | undefined
}

/** `www-authenticate` stays: it says why the vendor refused, and never holds a credential. */
const sensitiveHeader =
  /^(?!www-authenticate$).*(?:auth|cookie|token|secret|passw|api-?_?key|credential|session)/i
const sensitiveParameter = /^(?:key|code|auth|sig|pwd|pass)$|token|secret|passw|api_?-?key|hapikey|signature/i
/** Named like credentials wherever they stand: a token endpoint answers with secrets that nobody has registered yet. */
const sensitiveField = '\\w*(?:token|secret|passw(?:or)?d|api_?-?key|private_?-?key)'
/** In JSON, also in JSON packed into JSON, where every quote carries backslashes; up to the end where the text is cut. */
const sensitiveJson = new RegExp(
  `("${sensitiveField}(\\\\{0,15})"\\s*:\\s*\\2")[^]*?(?=(?<!\\\\)\\2"|$)`,
  'gi',
)
const sensitivePair = new RegExp(`((?:^|[?&"'\\s])${sensitiveField}=)[^&\\s"'<>\\\\]*`, 'gi')

/** Without any of these no field can be named like a credential; a plain search is many times faster than the patterns. */
const sensitiveHints = ['oken', 'OKEN', 'ecret', 'ECRET', 'assw', 'ASSW', 'key', 'Key', 'KEY']

/** True for a header whose value is a credential by its name. */
export function isSensitiveHeader(name: string): boolean {
  return sensitiveHeader.test(name)
}

/** Per list of secrets, which lives as long as the connection it was read from stays in memory. */
const known = new WeakMap<readonly string[], Map<string, Cleaner>>()
const knownPerListMax = 8

/**
 * A cleaner that knows the secrets of the connection and whatever the request itself carries as a credential, so that
 * a vendor which echoes a header back does not bring it into the capture. Handing in the same list again is cheap.
 */
export function cleanerFor(secrets: readonly string[], request: PresentedRequest): Cleaner {
  const presented = presentedBy(request)
  const cleaners = known.get(secrets) ?? new Map<string, Cleaner>()
  known.set(secrets, cleaners)
  const key = presented.join('\n')
  const found = cleaners.get(key)
  if (found) return found

  if (cleaners.size >= knownPerListMax) cleaners.clear()
  const cleaner = createCleaner(createRedactor([...secrets, ...presented]))
  cleaners.set(key, cleaner)
  return cleaner
}

interface PresentedRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** The values of a request that are credentials by their name, whole and word by word (`Bearer …`). */
function presentedBy({ url, headers }: PresentedRequest): string[] {
  const presented: string[] = []
  for (const [name, value] of Object.entries(headers)) {
    if (!isSensitiveHeader(name)) continue
    const words = value.split(/[\s,;]+/).filter((word) => word.length >= 8)
    presented.push(value, ...words)
    const basic = /^basic\s+(\S+)/i.exec(value)?.[1]
    if (basic !== undefined) presented.push(passwordOf(basic))
  }
  if (url.search !== '') {
    for (const [name, value] of url.searchParams) {
      if (sensitiveParameter.test(name)) presented.push(value)
    }
  }
  return presented
}

function passwordOf(basic: string): string {
  const pair = Buffer.from(basic, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

function createCleaner(text: Redactor): Cleaner {
  return {
    text,
    url(url) {
      return text(withoutCredentials(url).href.replaceAll(cutInAddress, cut))
    },
    headers(headers) {
      const clean: Record<string, string> = {}
      for (const [name, value] of Object.entries(headers)) {
        clean[name] = isSensitiveHeader(name) ? cut : cutByName(text(value))
      }
      return clean
    },
    body(body) {
      if (body === undefined || body.length === 0) return undefined
      return capturedBody(body, text)
    },
  }
}

const cutInAddress = encodeURIComponent(cut)

function withoutCredentials(url: URL): URL {
  // A copy costs more than all the rest, and most addresses have nothing to cut.
  if (url.username === '' && url.password === '' && url.search === '') return url
  const clean = new URL(url)
  clean.username = ''
  clean.password = ''
  for (const name of new Set(clean.searchParams.keys())) {
    if (sensitiveParameter.test(name)) clean.searchParams.set(name, cut)
  }
  return clean
}

/** Cleans a little more than is kept, so that a secret across the cut is not left there in half. */
const slackBytes = 8 * 1024

function capturedBody(body: string | Uint8Array, redact: Redactor): CapturedBody {
  const bytes = Buffer.byteLength(body)
  const isCut = bytes > capturedBytesMax
  const shown = typeof body === 'string' && !isCut ? body : beginningOf(body)
  if (shown === undefined) return { text: '', bytes, isCut }
  const clean = cutByName(redact(shown))
  return { text: isCut ? Buffer.from(clean).toString('utf8', 0, capturedBytesMax) : clean, bytes, isCut }
}

/** Undefined where the body is not text. */
function beginningOf(body: string | Uint8Array): string | undefined {
  const raw =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.length)
  return isUtf8(raw) ? raw.toString('utf8', 0, capturedBytesMax + slackBytes) : undefined
}

function cutByName(text: string): string {
  // No field without a sign behind its name; most values of headers have none.
  if (!text.includes('=') && !text.includes(':')) return text
  if (!sensitiveHints.some((hint) => text.includes(hint))) return text
  return text.replace(sensitiveJson, `$1${cut}`).replace(sensitivePair, `$1${cut}`)
}

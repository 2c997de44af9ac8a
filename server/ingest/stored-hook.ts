import { timingSafeEqual } from 'node:crypto'
import { comparedAs } from '#sdk'
import type { Hook, SecretPlace } from '#sdk'
import type { Receipt } from '../receipts/receipt-store.ts'
import { bytesOf } from '../receipts/receipt-store.ts'
import { createRedactor, cut } from '../platform/redaction.ts'
import type { Redactor } from '../platform/redaction.ts'
import type { Vault } from '../platform/vault.ts'

/** A request just as it arrived. */
export interface RawHook {
  method: string
  /** Without the question mark. */
  query: string
  headers: Record<string, string>
  body: Buffer
  receivedAt: Date
}

/** The connector's view of a live request. `hookUrl` is the connection's public address. */
export function liveHook(raw: RawHook, hookUrl: string): Hook {
  const query = new URLSearchParams(raw.query)
  return {
    ...raw,
    query,
    url: addressOf(hookUrl, raw.query),
    carries(place, expected) {
      const presented = valueAt(place, raw.headers, query)
      if (presented === undefined) return 'absent'
      return isSame(place, presented, expected) ? 'yes' : 'no'
    },
  }
}

/**
 * The same view of a receipt: the secrets that it presented exist only as keyed hashes, and its clock is its arrival.
 * What was no secret by the settings of that time stands there as it came, and counts if the settings were the mistake.
 */
export function storedHook(receipt: Receipt, hookUrl: string, vault: Vault): Hook {
  const sealed: Record<string, string> = receipt.sealed ? JSON.parse(receipt.sealed) : {}
  const headers: Record<string, string> = JSON.parse(receipt.headers)
  const query = new URLSearchParams(receipt.query)
  return {
    id: receipt.id,
    method: receipt.method,
    url: addressOf(hookUrl, receipt.query),
    query,
    headers,
    body: receipt.body ? bytesOf(receipt.body) : Buffer.alloc(0),
    receivedAt: receipt.receivedAt,
    carries(place, expected) {
      const presented = sealed[nameOf(place)]
      if (presented !== undefined) {
        // The hashes of earlier versions are of the value as it came.
        const spellings = [comparedAs(place, expected), expected]
        return spellings.some((each) => vault.matchesFingerprint(each, presented)) ? 'yes' : 'no'
      }
      const plain = valueAt(place, headers, query)
      if (plain === undefined) return 'absent'
      return isSame(place, plain, expected) ? 'yes' : 'no'
    },
  }
}

/**
 * Takes presented secrets out of what will be stored and leaves keyed hashes of them to compare with later: whatever
 * stands at `places`, and any of the `secrets` wherever else it stands, such as under another name than the form says or
 * in the address that a proxy noted down.
 */
export function sealSecrets(
  raw: Pick<RawHook, 'headers' | 'query'>,
  { places, secrets }: { places: readonly SecretPlace[]; secrets: readonly string[] },
  vault: Vault,
): { headers: Record<string, string>; query: string; sealed: Record<string, string> } {
  const headers = { ...raw.headers }
  const query = new URLSearchParams(raw.query)
  const sealed: Record<string, string> = {}
  const clean = cleanerOf(secrets)
  let queryCut = false
  // Whatever the scheme, these carry secrets by their nature.
  const always: SecretPlace[] = [
    { header: 'authorization' },
    { header: 'proxy-authorization' },
    { header: 'cookie' },
  ]
  for (const place of [...places, ...always]) {
    if ('header' in place) {
      const name = place.header.toLowerCase()
      const value = headers[name]
      if (value === undefined || nameOf(place) in sealed) continue
      sealed[nameOf(place)] = vault.fingerprint(comparedAs(place, value))
      headers[name] = cut
    } else {
      const value = query.get(place.query)
      if (value === null || nameOf(place) in sealed) continue
      sealed[nameOf(place)] = vault.fingerprint(value)
      query.set(place.query, cut)
      queryCut = true
    }
  }
  for (const [header, value] of Object.entries(headers)) {
    headers[header] = clean(value)
    if (headers[header] !== value) sealed[nameOf({ header })] = vault.fingerprint(value)
  }
  for (const [name, value] of Array.from(query)) {
    if (clean(value) === value) continue
    // Of several of one name the first is the one that counts.
    sealed[nameOf({ query: name })] ??= vault.fingerprint(query.get(name) ?? value)
    query.set(name, clean(value))
    queryCut = true
  }
  // Writing the query anew could change its spelling, which some signatures cover.
  return { headers, query: clean(queryCut ? query.toString() : raw.query), sealed }
}

/** Short secrets are words that may stand in anything: they are cut where they are all of a word, others anywhere. */
const CUT_ANYWHERE_FROM = 8

/** Per list of secrets, which lives as long as the connection is held in memory. */
const cleaners = new WeakMap<readonly string[], Redactor>()

function cleanerOf(secrets: readonly string[]): Redactor {
  const known = cleaners.get(secrets)
  if (known) return known
  const anywhere = createRedactor(secrets.filter(({ length }) => length >= CUT_ANYWHERE_FROM))
  const words = new Set(secrets.filter(({ length }) => length < CUT_ANYWHERE_FROM))
  const cutWords: Redactor = (text) =>
    text
      .split(' ')
      .map((word) => (words.has(word) ? cut : word))
      .join(' ')
  const clean: Redactor = words.size === 0 ? anywhere : (text) => cutWords(anywhere(text))
  cleaners.set(secrets, clean)
  return clean
}

function valueAt(
  place: SecretPlace,
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): string | undefined {
  return 'header' in place ? headers[place.header.toLowerCase()] : (query.get(place.query) ?? undefined)
}

function nameOf(place: SecretPlace): string {
  return 'header' in place ? `header:${place.header.toLowerCase()}` : `query:${place.query}`
}

function addressOf(hookUrl: string, query: string): string {
  return query ? `${hookUrl}?${query}` : hookUrl
}

function isSame(place: SecretPlace, left: string, right: string): boolean {
  const [a, b] = [Buffer.from(comparedAs(place, left)), Buffer.from(comparedAs(place, right))]
  return a.length === b.length && timingSafeEqual(a, b)
}

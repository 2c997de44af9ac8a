import { timingSafeEqual } from 'node:crypto'
import type { Hook, SecretPlace } from '#sdk'
import type { Receipt } from '../receipts/receipt-store.ts'
import { bytesOf } from '../receipts/receipt-store.ts'
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

/** Stands in a stored receipt where a secret was. */
const CUT = '•••'

/** The connector's view of a live request. `hookUrl` is the connection's public address. */
export function liveHook(raw: RawHook, hookUrl: string): Hook {
  const query = new URLSearchParams(raw.query)
  return {
    ...raw,
    query,
    url: addressOf(hookUrl, raw.query),
    carries(place, expected) {
      const presented = 'header' in place ? raw.headers[place.header.toLowerCase()] : query.get(place.query)
      if (presented === undefined || presented === null) return 'absent'
      return sameText(presented, expected) ? 'yes' : 'no'
    },
  }
}

/** The same view of a receipt: its presented secrets exist only as keyed hashes, and its clock is its arrival. */
export function storedHook(receipt: Receipt, hookUrl: string, vault: Vault): Hook {
  const sealed: Record<string, string> = receipt.sealed ? JSON.parse(receipt.sealed) : {}
  return {
    id: receipt.id,
    method: receipt.method,
    url: addressOf(hookUrl, receipt.query),
    query: new URLSearchParams(receipt.query),
    headers: JSON.parse(receipt.headers),
    body: receipt.body ? bytesOf(receipt.body) : Buffer.alloc(0),
    receivedAt: receipt.receivedAt,
    carries(place, expected) {
      const presented = sealed[nameOf(place)]
      if (presented === undefined) return 'absent'
      return vault.matchesFingerprint(expected, presented) ? 'yes' : 'no'
    },
  }
}

/** Takes presented secrets out of what will be stored and leaves keyed hashes of them to compare with later. */
export function sealSecrets(
  raw: Pick<RawHook, 'headers' | 'query'>,
  places: readonly SecretPlace[],
  vault: Vault,
): { headers: Record<string, string>; query: string; sealed: Record<string, string> } {
  const headers = { ...raw.headers }
  const query = new URLSearchParams(raw.query)
  const sealed: Record<string, string> = {}
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
      if (value === undefined || value === CUT) continue
      sealed[nameOf(place)] = vault.fingerprint(value)
      headers[name] = CUT
    } else {
      const value = query.get(place.query)
      if (value === null || value === CUT) continue
      sealed[nameOf(place)] = vault.fingerprint(value)
      query.set(place.query, CUT)
      queryCut = true
    }
  }
  // Writing the query anew could change its spelling, which some signatures cover.
  return { headers, query: queryCut ? query.toString() : raw.query, sealed }
}

function nameOf(place: SecretPlace): string {
  return 'header' in place ? `header:${place.header.toLowerCase()}` : `query:${place.query}`
}

function addressOf(hookUrl: string, query: string): string {
  return query ? `${hookUrl}?${query}` : hookUrl
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

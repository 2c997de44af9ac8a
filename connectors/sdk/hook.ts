/** Where a request carries a secret as it stands (and not only a signature made with one). */
export type SecretPlace = { header: string } | { query: string }

/**
 * The value at a place as it is compared and hashed. The scheme of an `Authorization` header has no fixed case, and any
 * number of blanks may follow it (RFC 9110, 11.1 and 11.4); everything else counts as it stands.
 */
export function comparedAs(place: SecretPlace, value: string): string {
  const isCredentials = 'header' in place && /^(?:proxy-)?authorization$/i.test(place.header)
  return isCredentials
    ? value.replace(/^([^\s]+) +/, (_all, scheme: string) => `${scheme.toLowerCase()} `)
    : value
}

/**
 * A request that arrived, as a connector sees it. Built from the live request or from a stored receipt: a stored one
 * keeps presented secrets only as keyed hashes, which is why they are compared with `carries` and never read.
 */
export interface Hook {
  /** Names this arrival (the receipt's id), for a sender that names nothing by itself. Absent outside of the hub. */
  readonly id?: string
  readonly method: string
  /** The whole address under the hub's public address, whatever a proxy did on the way. */
  readonly url: string
  readonly query: URLSearchParams
  /** Lower-case names; repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** The bytes that the vendor signed, after decompression where it was compressed. */
  readonly body: Buffer
  /** The clock for every tolerance, also when the check is made again later. */
  readonly receivedAt: Date
  /** `absent`, or whether the secret at this place is exactly `expected`, by `comparedAs`; constant time. */
  carries(place: SecretPlace, expected: string): 'yes' | 'no' | 'absent'
}

/** An answer to a vendor. */
export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** What a browser says about where a request comes from. */
export interface RequestOrigin {
  method: string
  url: string
  headers: { get(name: string): string | null }
}

/**
 * Whether a request that a browser would send with its cookies comes from a page of ours. A page elsewhere can make the
 * browser send one too, and the cookie would go along; but it cannot change what the browser says about it
 * (`Sec-Fetch-Site`, `Origin`), and cannot send JSON without asking first. Browsers leave `Sec-Fetch-Site` out where a
 * hub is reached over plain http under a name; then `Origin` decides.
 */
export function isFromOwnPage({ method, url, headers }: RequestOrigin, publicUrl: string): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  const origin = headers.get('origin')
  if (origin !== null) return origin === new URL(publicUrl).origin || origin === new URL(url).origin
  return (
    method === 'POST' &&
    headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'
  )
}

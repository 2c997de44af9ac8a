import type { AnyConnector, TokenSource } from '#sdk'

/**
 * Where a connection's access token comes from, with the vendor's addresses moved to the connection's own API address
 * where it has one: what stands in for the vendor serves the same paths, and must never be handed the vendor's tokens.
 */
export function placeTokenSource(
  { auth }: Pick<AnyConnector, 'auth'>,
  credentials: Record<string, unknown> | undefined,
  apiUrl: string | undefined,
): TokenSource | undefined {
  const source = credentials && auth.token?.(credentials)
  if (!source) return undefined
  const tokenUrl = placed(source.tokenUrl, apiUrl)
  switch (source.kind) {
    case 'client_credentials':
      return { ...source, tokenUrl }
    case 'jwt_bearer':
      // The statement goes on being made for the vendor, whoever reads it.
      return { ...source, tokenUrl, audience: source.audience ?? source.tokenUrl }
    case 'authorization_code':
      return {
        ...source,
        tokenUrl,
        authorizationUrl: placed(source.authorizationUrl, apiUrl),
        ...(source.revocationUrl ? { revocationUrl: placed(source.revocationUrl, apiUrl) } : {}),
      }
  }
}

function placed(url: string, apiUrl: string | undefined): string {
  if (apiUrl === undefined) return url
  const { pathname, search } = new URL(url)
  return `${apiUrl.replace(/\/+$/, '')}${pathname}${search}`
}

/**
 * Where a connection's access token comes from. The hub asks for it, keeps it sealed, refreshes it ahead of its end,
 * once for all processes, and hands the valid one to `Auth.http`; a connector never sees a refresh token. The vendor's
 * addresses here move with a connection's own API address, as every other request does: the path stays, the origin is
 * replaced.
 */
export type TokenSource = AuthorizationCode | ClientCredentials | JwtBearer

/** How the hub proves to the token endpoint who it is: HTTP basic authentication, or fields of the form. */
export type ClientAuthentication = 'basic' | 'body'

/** A person signs in at the vendor and agrees (RFC 6749, 4.1, with PKCE as in RFC 7636). */
export interface AuthorizationCode {
  kind: 'authorization_code'
  authorizationUrl: string
  tokenUrl: string
  /** Where tokens are given back when the connection is deleted (RFC 7009); absent where the vendor has none. */
  revocationUrl?: string
  clientId: string
  /** Absent for a public client, which proves itself by PKCE alone. */
  clientSecret?: string
  clientAuthentication: ClientAuthentication
  /** All of them are asked for; those the person does not agree to are shown as missing. */
  scopes: readonly string[]
  /** What the vendor wants beside the usual parameters, such as `access_type: 'offline'`. */
  authorizationParams?: Readonly<Record<string, string>>
}

/** The hub signs in as itself (RFC 6749, 4.4). There is nothing to refresh: a new token is asked for. */
export interface ClientCredentials {
  kind: 'client_credentials'
  tokenUrl: string
  clientId: string
  clientSecret: string
  clientAuthentication: ClientAuthentication
  scopes?: readonly string[]
}

/** A service account signs a statement with its own key (RFC 7523, RS256). */
export interface JwtBearer {
  kind: 'jwt_bearer'
  tokenUrl: string
  /** Whose statement it is: a service account's address or a client's id. */
  issuer: string
  /** The key's name, where the vendor looks it up by name. */
  keyId?: string
  /** PEM (PKCS #8). Line breaks written as `\n`, as JSON and environment files carry them, are understood. */
  privateKey: string
  /** The person on whose behalf the account acts. */
  subject?: string
  scopes: readonly string[]
  /** Who the statement is for; the vendor's own `tokenUrl` by default. */
  audience?: string
}

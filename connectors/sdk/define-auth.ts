import type { z } from 'zod'
import type { Http } from './http.ts'
import type { Mail, MailServer } from './mail.ts'
import type { TokenSource } from './token-source.ts'

/** The form of a connector's credentials, and what was typed into it. */
export type Fields = z.ZodObject
export type CredentialsOf<F extends Fields> = z.output<F>

/** What every request of a connection starts with. */
export interface HttpDefaults {
  /** The vendor's API address, without a slash at its end. A connection may override it (region, proxy, stand-in). */
  prefixUrl?: string
  headers?: Record<string, string>
}

/**
 * How an account at the vendor is reached. `fields` is the form a person fills in: each field carries
 * `.meta({ label, help, secret })`; what is `secret: true` is encrypted, never shown again and cut out of every capture.
 * Blanks that were pasted around a secret are dropped, unless it is a `password` that a person made up: `true`, or what
 * other fields must hold for it to be one.
 */
export interface Auth<F extends Fields = Fields> {
  fields: F
  /**
   * What is wrong with it that no single field can tell by itself. Asked when the form is saved, so that a person hears of
   * it then and there; what is stored goes on being used.
   */
  problems?: (credentials: CredentialsOf<F>) => readonly { field: string; message: string }[]
  /** Where an access token comes from; `undefined` where what was typed in is enough by itself (basic authentication). */
  token?: (credentials: CredentialsOf<F>) => TokenSource | undefined
  /** `accessToken` is valid now and there whenever `token` names a source. */
  http?: (credentials: CredentialsOf<F>, accessToken?: string) => HttpDefaults
  /** The server that takes the connection's mail. Only with it are `check` and actions handed `mail`. */
  mail?: (credentials: CredentialsOf<F>) => MailServer
  /**
   * Proves that the credentials work and says whose they are. Absent where nothing can be asked. Asked after every
   * sign-in too, so that a person sees as whom.
   */
  check?: (context: { http: Http; mail?: Mail; auth: CredentialsOf<F> }) => Promise<{ account: string }>
}

export function defineAuth<F extends Fields>(auth: Auth<F>): Auth<F> {
  return auth
}

import { parseCookie, stringifySetCookie } from 'cookie'
import { SESSION_MS } from './open-session.ts'

/** The cookie by which a browser shows its session: out of reach of scripts, and not sent along by other sites' forms. */
export interface SessionCookie {
  /** The token that a `Cookie` header carries. */
  read(header: string | null): string | undefined
  /** The `Set-Cookie` that hands a token out. */
  give(token: string): string
  /** The `Set-Cookie` that takes it away. */
  drop(): string
}

/**
 * Where people come over https the cookie travels over https alone, and by its prefix (`__Host-`) browsers take it from
 * no other name than this one.
 */
export function createSessionCookie(publicUrl: string): SessionCookie {
  const secure = publicUrl.startsWith('https:')
  const name = secure ? '__Host-switchyard_session' : 'switchyard_session'
  const attributes = { name, httpOnly: true, sameSite: 'lax', path: '/', secure } as const
  return {
    read: (header) => parseCookie(header ?? '')[name],
    give: (token) => stringifySetCookie({ ...attributes, value: token, maxAge: SESSION_MS / 1_000 }),
    drop: () => stringifySetCookie({ ...attributes, value: '', maxAge: 0 }),
  }
}

import { parseCookie, stringifySetCookie } from 'cookie'
import { SESSION_MS } from './open-session.ts'

/** Nobody signs in with the same browser only once a year. */
const DEVICE_S = 400 * 86_400
const PENDING_S = 600

/** The cookies by which a browser is known: out of reach of scripts, and not sent along by other sites' forms. */
export interface BrowserCookies {
  /** What a `Cookie` header shows: the token of a session, and that somebody has signed in here before. */
  read(header: string | null): {
    session: string | undefined
    device: string | undefined
    pending: string | undefined
  }
  /** The `Set-Cookie` lines that hand out a session. */
  give(session: string, device: string): string[]
  /** Those that take the session away. The device stays known. */
  drop(): string[]
  /** For the way to an identity provider and back. */
  keepPending(sealed: string): string[]
  dropPending(): string[]
}

/**
 * Where people come over https the cookies travel over https alone, and by their prefix (`__Host-`) browsers take them
 * from no other name than this one.
 */
export function createBrowserCookies(publicUrl: string): BrowserCookies {
  const secure = publicUrl.startsWith('https:')
  const prefix = secure ? '__Host-' : ''
  const session = `${prefix}switchyard_session`
  const device = `${prefix}switchyard_device`
  const pending = `${prefix}switchyard_pending`
  const set = (name: string, value: string, maxAge: number) =>
    stringifySetCookie({ name, value, maxAge, httpOnly: true, sameSite: 'lax', path: '/', secure })
  return {
    read(header) {
      const cookies = parseCookie(header ?? '')
      return { session: cookies[session], device: cookies[device], pending: cookies[pending] }
    },
    give: (token, mark) => [set(session, token, SESSION_MS / 1_000), set(device, mark, DEVICE_S)],
    drop: () => [set(session, '', 0)],
    keepPending: (sealed) => [set(pending, sealed, PENDING_S)],
    dropPending: () => [set(pending, '', 0)],
  }
}

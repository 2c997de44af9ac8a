import { parseCookie, stringifySetCookie } from 'cookie'
import { SESSION_MS } from './open-session.ts'

/** Nobody signs in with the same browser only once a year. */
const DEVICE_S = 400 * 86_400

/** The cookies by which a browser is known: out of reach of scripts, and not sent along by other sites' forms. */
export interface BrowserCookies {
  /** What a `Cookie` header shows: the token of a session, and that somebody has signed in here before. */
  read(header: string | null): { session: string | undefined; device: string | undefined }
  /** The `Set-Cookie` lines that hand out a session. */
  give(session: string, device: string): string[]
  /** Those that take the session away. The device stays known. */
  drop(): string[]
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
  const set = (name: string, value: string, maxAge: number) =>
    stringifySetCookie({ name, value, maxAge, httpOnly: true, sameSite: 'lax', path: '/', secure })
  return {
    read(header) {
      const cookies = parseCookie(header ?? '')
      return { session: cookies[session], device: cookies[device] }
    },
    give: (token, mark) => [set(session, token, SESSION_MS / 1_000), set(device, mark, DEVICE_S)],
    drop: () => [set(session, '', 0)],
  }
}

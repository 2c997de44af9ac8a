import { InputRefusedError } from '#sdk'
import type { Credentials } from '../auth.ts'

/** The whole address of a request: as mapped, or under the connection's base address. */
export function addressOf(mapped: string, { baseUrl }: Credentials): string {
  if (/^https?:\/\//i.test(mapped)) return mapped
  if (baseUrl) return `${baseUrl}/${mapped.replace(/^\/+/, '')}`
  throw new InputRefusedError(
    'The address must begin with https://, because the connection has no base address to put in front of it.',
    'url',
  )
}

/** The connection's sign-in. It goes to the base address alone: a mapping must not be able to send it elsewhere. */
export function signIn(url: string, auth: Credentials): Record<string, string> {
  const { baseUrl, outgoingAuth, outgoingUser = '', outgoingSecret } = auth
  if (outgoingAuth === 'none' || !outgoingSecret) return {}
  if (!baseUrl || !isUnder(url, baseUrl)) return {}
  if (outgoingAuth === 'bearer') return { authorization: `Bearer ${outgoingSecret}` }
  return { authorization: `Basic ${Buffer.from(`${outgoingUser}:${outgoingSecret}`).toString('base64')}` }
}

function isUnder(url: string, baseUrl: string): boolean {
  const [target, base] = [new URL(url), new URL(baseUrl)]
  const path = base.pathname.replace(/\/+$/, '')
  return target.origin === base.origin && (target.pathname === path || target.pathname.startsWith(`${path}/`))
}

import { stringifySetCookie } from 'cookie'
import { CALLBACK_PATH, SIGN_IN_MS } from './start-sign-in.ts'

/** The `Set-Cookie` that ties a sign-in to the browser which began it; a browser coming back from a vendor sends it along. */
export function signInCookie(publicUrl: string, { name, value }: { name: string; value: string }): string {
  return stringifySetCookie({
    name,
    value,
    httpOnly: true,
    // Not `strict`: coming back from the vendor is a step from another site.
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    path: new URL(publicUrl + CALLBACK_PATH).pathname,
    maxAge: SIGN_IN_MS / 1_000,
  })
}

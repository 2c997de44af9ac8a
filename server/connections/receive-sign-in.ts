import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseCookie } from 'cookie'
import { finishSignIn } from './finish-sign-in.ts'
import type { FinishedSignIn, SignInHubDeps } from './finish-sign-in.ts'
import { SignInFailed } from './sign-in-errors.ts'
import { signInPage } from './sign-in-page.ts'

export type ReceiveSignIn = (
  request: IncomingMessage,
  response: ServerResponse,
  address: string,
) => Promise<void>

/**
 * `GET /oauth/callback`: where vendors send people back to. Ends in a small page that tells the one it was opened from
 * and closes, or says in words what went wrong.
 */
export function receiveSignIn(deps: SignInHubDeps): ReceiveSignIn {
  return async (request, response, address) => {
    // Something that only looks must not use the sign-in up.
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end()
      return
    }
    const { searchParams: params } = new URL(request.url ?? '', deps.publicUrl)
    const whence = { address, userAgent: request.headers['user-agent'] ?? '' }
    const returned = { params, cookies: parseCookie(request.headers.cookie ?? ''), whence }
    try {
      show(response, 200, signedIn(await finishSignIn(deps, returned)))
    } catch (err) {
      if (!(err instanceof SignInFailed)) throw err
      deps.log.info({ stage: 'connection.sign_in_failed', reason: err.code, err })
      // Not to agree is nobody's mistake.
      const status = err.code === 'vendor_sign_in_denied' ? 200 : 400
      show(response, status, { outcome: 'failed', code: err.code, title: 'Not signed in', text: err.message })
    }
  }
}

function signedIn({ connectionId, name, account, missingScopes, endsAt, check }: FinishedSignIn): Shown {
  const lines = [`“${name}” is connected${account ? ` as ${account}` : ''}.`]
  if (missingScopes.length > 0) {
    lines.push(
      `You did not agree to: ${missingScopes.join(', ')}. What needs it will be refused; sign in again to add it.`,
    )
  }
  if (endsAt) {
    lines.push(
      `The vendor gave nothing to renew this with: it ends on ${endsAt.toISOString().slice(0, 16).replace('T', ' at ')} (UTC), and you will have to sign in again.`,
    )
  }
  if (check?.ok === false && check.reason?.code !== 'check_not_possible') {
    lines.push('A first request was not answered as it should be: try “Check” on the page of the connection.')
  }
  // What there is to read is left standing.
  const closes = lines.length === 1
  return { outcome: 'signed_in', connectionId, title: 'Signed in', text: lines.join('\n'), closes }
}

type Shown = Omit<Parameters<typeof signInPage>[0], 'nonce'>

function show(response: ServerResponse, status: number, shown: Shown): void {
  const nonce = randomBytes(16).toString('base64')
  const body = signInPage({ ...shown, nonce })
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    // It belongs to the page that opened it, by way of the vendor's: cut off from that, a window cannot close itself.
    'cross-origin-opener-policy': 'unsafe-none',
    // The address holds the vendor's code.
    'referrer-policy': 'no-referrer',
  })
  response.end(body)
}

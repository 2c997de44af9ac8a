import type { Request, RequestHandler, Response } from 'express'
import { createBrowserCookies } from '../accounts/browser-cookies.ts'
import { authenticate } from './authenticate.ts'
import type { GraphqlDeps } from './graphql-server.ts'

/** An email, a password and a link fit in many times over. */
const STRANGER_BYTES_MAX = 16_384

/**
 * Looks at what a request says of its length before a byte of its body is read: memory is filled by nobody who is not
 * known, and nothing larger than `bytesMax` is waited for.
 */
export function boundBodies({ hub, adminToken }: GraphqlDeps, bytesMax: number): RequestHandler {
  const cookies = createBrowserCookies(hub.publicUrl)

  async function isKnown(request: Request): Promise<boolean> {
    const { session, device } = cookies.read(request.get('cookie') ?? null)
    const credentials = {
      authorization: request.get('authorization') ?? null,
      session,
      workspace: request.get('switchyard-workspace') ?? null,
    }
    const whence = { address: request.ip ?? '', userAgent: request.get('user-agent') ?? '', device }
    return (await authenticate({ hub, adminToken }, credentials, whence)).caller !== undefined
  }

  return async (request, response, next) => {
    const bytes = bytesAnnounced(request)
    if (bytes > bytesMax && Number.isFinite(bytes)) {
      refuse(response, `The operation is larger than ${bytesMax} bytes. Ask in smaller parts.`)
    } else if (bytes > STRANGER_BYTES_MAX && !(await isKnown(request))) {
      refuse(
        response,
        `Sign in first: of strangers an operation is taken that is not packed, says how long it is, and has ${STRANGER_BYTES_MAX} bytes at most.`,
      )
    } else next()
  }
}

/** What is packed, or comes without its length, could be of any. */
function bytesAnnounced(request: Request): number {
  if (request.get('transfer-encoding') ?? request.get('content-encoding')) return Infinity
  return Number(request.get('content-length') ?? 0)
}

/** The connection ends with the answer: what is still on its way would otherwise have to be read. */
function refuse(response: Response, message: string): void {
  response
    .status(413)
    .set('connection', 'close')
    .json({ errors: [{ message, extensions: { code: 'too_large' } }] })
}

import type { Answered } from './stand-in.ts'

interface Said {
  message: string
  /** Of the newer services, such as Sheets. */
  status?: string
  /** Of the older ones, such as Calendar. */
  reason?: string
  domain?: string
  details?: readonly Record<string, unknown>[]
}

/** Google's errors, in the shape in which Google sends them. */
export function googleError(
  code: number,
  { message, status, reason, domain = 'global', details }: Said,
): Answered {
  const errors = reason ? { errors: [{ message, domain, reason }] } : {}
  const error = { code, message, ...errors, ...(status ? { status } : {}), ...(details ? { details } : {}) }
  return { status: code, json: { error } }
}

const expected =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.'

export const noToken = (): Answered =>
  googleError(401, {
    message: `Request is missing required authentication credential. ${expected}`,
    status: 'UNAUTHENTICATED',
    reason: 'required',
  })

export const wrongToken = (): Answered =>
  googleError(401, {
    message: `Request had invalid authentication credentials. ${expected}`,
    status: 'UNAUTHENTICATED',
    reason: 'authError',
  })

export const scopeMissing = (): Answered =>
  googleError(403, {
    message: 'Request had insufficient authentication scopes.',
    status: 'PERMISSION_DENIED',
    reason: 'insufficientPermissions',
    details: [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' },
    ],
  })

export const invalidArgument = (message: string): Answered =>
  googleError(400, { message, status: 'INVALID_ARGUMENT', reason: 'badRequest' })

export const noSuchPath = (path: string): Answered =>
  googleError(404, { message: `The stand-in does not know the path ${path}.`, reason: 'notFound' })

import type { Answered } from './stand-in.ts'

/** Mautic's errors: a list of one, whatever happened. */
function problem(code: number, message: string, type: string | null = null, details: unknown = []): Answered {
  return { status: code, json: { errors: [{ code, message, details, type }] } }
}

export const unauthorised = (): Answered => ({
  ...problem(401, 'Username or password incorrect.', 'access_denied'),
  headers: { 'www-authenticate': 'Basic realm="Restricted"' },
})

export const badToken = (): Answered => problem(401, 'The access token provided is invalid.', 'invalid_grant')

export const notFound = (): Answered => problem(404, 'Item was not found.')

export const noSuchPath = (path: string): Answered =>
  problem(404, `The stand-in does not know the path ${path}.`)

export const badRequest = (message: string): Answered => problem(400, message)

/** One field's value is not what the field takes. */
export const invalid = (field: string, message: string): Answered =>
  problem(400, `${field}: ${message}`, 'validation', { [field]: [message] })

/** Counted by the hour; when it ends is in a header, and never in `Retry-After`. */
export function tooMany(limit: number, resetsAt: number): Answered {
  const message = `You exceeded the rate limit of ${limit} API calls per hour.`
  const headers = {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(resetsAt),
  }
  return { ...problem(429, message), headers }
}

import type { Answered } from './stand-in.ts'

/** Stripe's errors, in the one shape in which Stripe sends them. */
function error(status: number, message: string, more: Record<string, unknown> = {}): Answered {
  return { status, json: { error: { type: 'invalid_request_error', message, ...more } } }
}

export const unauthorised = (key: string): Answered =>
  key === ''
    ? error(401, 'You did not provide an API key.')
    : error(401, `Invalid API Key provided: ${masked(key)}`)

export const forbidden = (key: string, permission: string): Answered =>
  error(
    403,
    `The provided key '${masked(key)}' does not have the required permissions for this endpoint. Having the '${permission}' permission would allow this request to continue.`,
  )

export const noSuchPath = (method: string, path: string): Answered =>
  error(404, `Unrecognized request URL (${method}: ${path}).`)

export const noSuch = (what: string, id: string): Answered =>
  error(404, `No such ${what}: '${id}'`, { code: 'resource_missing', param: what })

export const missing = (param: string): Answered =>
  error(400, `Missing required param: ${param}.`, { code: 'parameter_missing', param })

export const invalid = (param: string, message: string): Answered => error(400, message, { param })

export const otherParameters = (): Answered =>
  error(
    400,
    'Keys for idempotent requests can only be used with the same parameters they were first used with.',
    {
      type: 'idempotency_error',
    },
  )

export const tooFast = (): Answered => error(429, 'Request rate limit exceeded.', { code: 'rate_limit' })

const masked = (key: string): string => `${key.slice(0, 8)}***${key.slice(-4)}`

import type { Answered } from './stand-in.ts'

/** HubSpot's errors, in the shape in which HubSpot sends them. */
function error(
  status: number,
  category: string,
  message: string,
  more: Record<string, unknown> = {},
): Answered {
  const correlationId = '00000000-0000-4000-8000-000000000000'
  return { status, json: { status: 'error', message, correlationId, category, ...more } }
}

export const unauthorised = (): Answered =>
  error(
    401,
    'INVALID_AUTHENTICATION',
    'Authentication credentials not found. This API supports OAuth 2.0 authentication.',
  )

export const notFound = (): Answered => error(404, 'OBJECT_NOT_FOUND', 'resource not found')

export const noSuchPath = (path: string): Answered =>
  error(404, 'OBJECT_NOT_FOUND', `The stand-in does not know the path ${path}.`)

export const conflict = (id: string): Answered =>
  error(409, 'CONFLICT', `Contact already exists. Existing ID: ${id}`)

export const unreadable = (): Answered => error(400, 'VALIDATION_ERROR', 'Invalid input JSON')

export const missing = (what: string): Answered => error(400, 'VALIDATION_ERROR', `${what} is required`)

export function invalidProperties(
  problems: readonly { name: string; message: string; error: string }[],
): Answered {
  const listed = problems.map((problem) => ({
    isValid: false,
    ...problem,
    localizedErrorMessage: problem.message,
  }))
  return error(400, 'VALIDATION_ERROR', `Property values were not valid: ${JSON.stringify(listed)}`)
}

export function tooFast(): Answered {
  const limit = { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' }
  const answer = error(429, 'RATE_LIMITS', 'You have reached your ten_secondly_rolling limit.', limit)
  return { ...answer, headers: { 'x-hubspot-ratelimit-remaining': '0' } }
}

import type { Answered } from './stand-in.ts'

/** ActiveCampaign's errors, in the several shapes in which ActiveCampaign sends them. */
export const forbidden = (): Answered => ({
  status: 403,
  json: { message: 'You do not have permission to perform that action.' },
})

export const noResult = (what: string, id: string | undefined): Answered => ({
  status: 404,
  json: { message: `No Result found for ${what} with id ${id ?? ''}` },
})

export const noSuchPath = (path: string): Answered => ({
  status: 404,
  json: { message: `The stand-in does not know the path ${path}.` },
})

/** One thing that is wrong with what was sent. */
export function invalid(field: string, title: string, code = 'field_invalid'): Answered {
  const source = { pointer: `/data/attributes/${field}` }
  return { status: 422, json: { errors: [{ title, detail: '', code, source }] } }
}

export const missing = (field: string): Answered =>
  invalid(field, `The ${field} is missing.`, 'field_missing')

export const duplicate = (): Answered =>
  invalid('email', 'Email address already exists in the system', 'duplicate')

export const unreadable = (why: string): Answered => ({ status: 400, json: { message: why } })

export function tooFast(): Answered {
  const headers = { 'ratelimit-limit': '5', 'ratelimit-remaining': '0', 'retry-after': '1' }
  return { status: 429, headers, json: { message: 'Too Many Requests' } }
}

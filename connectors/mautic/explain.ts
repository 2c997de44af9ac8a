import { failureClassOfStatus, HttpStatusError, z } from '#sdk'
import type { FailureClass, HttpResponse } from '#sdk'

const problem = z.looseObject({
  code: z.union([z.number(), z.string()]).nullish(),
  message: z.string().nullish(),
  type: z.string().nullish(),
  details: z.unknown().optional(),
})
type Problem = z.output<typeof problem>

const errorBody = z.looseObject({
  errors: z
    .union([z.array(problem), z.record(z.string(), problem)])
    .optional()
    .catch(undefined),
  /** Of older versions, and of the token address. */
  error: z.union([problem, z.string()]).optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
})

interface Explanation {
  class: FailureClass
  message: string
}

/** Mautic's errors in words that say what to do, also those that come with status 200. */
export function explain(answer: HttpResponse | HttpStatusError): Explanation | undefined {
  const failed = answer instanceof HttpStatusError
  const body = failed ? answer.body : answer.text()
  const isPage = (answer.headers['content-type'] ?? '').includes('text/html')
  if (!failed && isPage) {
    return {
      class: 'fix_connection',
      message:
        'A web page answered instead of Mautic’s API. Check the address, and that the API is on under Configuration → API Settings.',
    }
  }
  const found = problemIn(body)
  if (!failed) return found && inside(found)
  if (answer.status === 404 && (isPage || noSuchPath.test(found?.message ?? ''))) return noApi
  return byStatus(answer, found)
}

/**
 * What Mautic says of a path and not of a contact. After an update or a change of its settings it may forget all of its
 * own until its cache is cleared (github.com/mautic/api-library, issues 82 and 283).
 */
const noSuchPath = /^(?:Requested URL not found|No route found)\b/
const noApi: Explanation = {
  class: 'fix_connection',
  message:
    'Mautic’s API is not at this address. Check the address, and that the API is on under Configuration → API Settings; then have Mautic’s cache cleared.',
}

/** An error with status 200: its own code says whose it is. */
function inside(found: Problem): Explanation {
  const code = Number(found.code ?? 0)
  const message = words(found) ?? 'Mautic answered that it did not do this.'
  return { class: code >= 400 && code < 600 ? failureClassOfStatus('POST', code) : 'fix_mapping', message }
}

function byStatus({ status }: HttpStatusError, found: Problem | undefined): Explanation | undefined {
  const said = found && words(found)
  switch (status) {
    case 400:
    case 422:
      return { class: 'fix_mapping', message: said ?? 'Mautic cannot use these values.' }
    case 401:
      return {
        class: 'fix_connection',
        message: `Mautic does not accept how the hub signs in${said ? ` (${said})` : ''}. Some servers drop the header Authorization: ask whoever runs Mautic.`,
      }
    case 403:
      return {
        class: 'fix_connection',
        message:
          said ??
          'Mautic does not allow this. Look at the role of its user, and at Configuration → API Settings.',
      }
    case 404:
      return { class: 'gone', message: said ?? 'Mautic no longer has this.' }
    case 429:
      return { class: 'retry', message: 'Mautic asked for a slower pace.' }
    default:
      return undefined
  }
}

function problemIn(body: string): Problem | undefined {
  const told = read(body)
  const [first] = Object.values(told.errors ?? {})
  if (first) return first
  if (told.error === undefined) return undefined
  return typeof told.error === 'string'
    ? { message: told.error_description ?? told.error, type: told.error }
    : told.error
}

/** The message and, where fields are named, which. */
function words({ message, details }: Problem): string | undefined {
  const named = z.record(z.string(), z.unknown()).safeParse(details)
  const fields = named.success ? Object.keys(named.data).filter((name) => !/^\d+$/.test(name)) : []
  const missing = fields.filter((name) => !message?.includes(name))
  if (!message) return undefined
  return missing.length > 0 ? `${message} (${missing.join(', ')})` : message
}

function read(body: string): z.output<typeof errorBody> {
  try {
    return errorBody.safeParse(JSON.parse(body)).data ?? {}
  } catch {
    return {}
  }
}

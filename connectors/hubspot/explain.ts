import { HttpStatusError, z } from '#sdk'
import type { FailureClass, HttpResponse } from '#sdk'

const texts = z.array(z.string()).optional()
const errorBody = z.looseObject({
  message: z.string().optional(),
  category: z.string().optional(),
  policyName: z.string().optional(),
  errors: z
    .array(
      z.looseObject({
        message: z.string().optional(),
        category: z.string().optional(),
        context: z.looseObject({ requiredGranularScopes: texts, requiredScopes: texts }).optional(),
      }),
    )
    .optional(),
})
type ErrorBody = z.output<typeof errorBody>

interface Explanation {
  class: FailureClass
  message: string
}

/** HubSpot's errors in words that say what to do. Nothing: the status alone says it. */
export function explain(answer: HttpResponse | HttpStatusError): Explanation | undefined {
  const told = read(answer instanceof HttpStatusError ? answer.body : answer.text())
  if (!(answer instanceof HttpStatusError)) return answer.status === 207 ? explainPart(told) : undefined
  const said = words(told)
  switch (answer.status) {
    case 400:
      return { class: 'fix_mapping', message: said ?? 'HubSpot cannot use these values.' }
    case 401:
      return {
        class: 'fix_connection',
        message:
          'HubSpot does not accept the access token. Copy it again from the private app and check the connection.',
      }
    case 403:
      return {
        class: 'fix_connection',
        message: missingScopes(told) ?? said ?? 'HubSpot does not allow this.',
      }
    case 404:
      return { class: 'gone', message: said ?? 'HubSpot no longer has this record.' }
    case 409:
      return explainConflict(said)
    case 429:
      return { class: 'retry', message: rateLimit(told) }
    // HubSpot's own: the account is being moved to another data centre.
    case 477:
      return { class: 'retry', message: 'HubSpot is moving this account; it will answer again within a day.' }
    default:
      return undefined
  }
}

/** A batch answers 207 when some of it failed; the hub sends one record in it, so that is all of it. */
function explainPart(told: ErrorBody): Explanation | undefined {
  const [first] = told.errors ?? []
  if (!first) return undefined
  const passing = first.category === 'RATE_LIMITS' || first.category === 'INTERNAL_ERROR'
  return {
    class: passing ? 'retry' : 'fix_mapping',
    message: words(first) ?? 'HubSpot cannot use these values.',
  }
}

/** Two writers at the same time pass by themselves; a value that another record holds does not. */
function explainConflict(said: string | undefined): Explanation | undefined {
  if (!said || !/already (exists|has)|existing id|duplicate/i.test(said)) return undefined
  return { class: 'fix_mapping', message: said }
}

function rateLimit({ policyName }: ErrorBody): string {
  return policyName === 'DAILY'
    ? 'The HubSpot account has used up its requests for today.'
    : 'HubSpot asked for a slower pace.'
}

function missingScopes({ category, errors }: ErrorBody): string | undefined {
  if (category !== 'MISSING_SCOPES') return undefined
  const scopes = (errors ?? []).flatMap(
    ({ context }) => context?.requiredGranularScopes ?? context?.requiredScopes ?? [],
  )
  const named = scopes.length > 0 ? scopes.join(', ') : 'this'
  return `The private app may not do this. Add the scope ${named} to it in HubSpot, then check the connection.`
}

function read(body: string): ErrorBody {
  try {
    return errorBody.safeParse(JSON.parse(body)).data ?? {}
  } catch {
    return {}
  }
}

const badProperty = z.array(
  z.looseObject({
    message: z.string().optional(),
    localizedErrorMessage: z.string().optional(),
    name: z.string().optional(),
  }),
)

/** The message without the JSON that HubSpot puts into it: `Property values were not valid: [{…}]`. */
function words({ message }: { message?: string }): string | undefined {
  if (!message) return undefined
  const at = message.indexOf('[{')
  if (at < 0) return message
  try {
    const found = badProperty.parse(JSON.parse(message.slice(at)))
    const sentences = found.map(({ name, localizedErrorMessage, message: said }) => {
      const sentence = localizedErrorMessage ?? said ?? 'is not valid'
      return name && !sentence.includes(name) ? `${name}: ${sentence}` : sentence
    })
    return sentences.join(' ')
  } catch {
    return message
  }
}

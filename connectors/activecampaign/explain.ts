import { HttpStatusError, z } from '#sdk'
import type { FailureClass, HttpResponse } from '#sdk'

const maybe = z.string().nullish()
/** There is no one shape: a message alone, or a list of errors with titles, details and pointers. */
const errorBody = z.looseObject({
  message: maybe,
  error: maybe,
  errors: z
    .array(
      z.looseObject({
        title: maybe,
        detail: maybe,
        code: maybe,
        source: z.looseObject({ pointer: maybe }).nullish().catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
  success: z.union([z.boolean(), z.number(), z.string()]).optional().catch(undefined),
  succeeded: z.union([z.boolean(), z.number(), z.string()]).optional().catch(undefined),
})
type ErrorBody = z.output<typeof errorBody>

interface Explanation {
  class: FailureClass
  message: string
}

/** ActiveCampaign's errors in words that say what to do. Nothing: the status alone says it. */
export function explain(answer: HttpResponse | HttpStatusError): Explanation | undefined {
  const told = read(answer instanceof HttpStatusError ? answer.body : answer.text())
  const said = words(told)
  if (!(answer instanceof HttpStatusError)) {
    // Some paths answer 200 and have done nothing.
    return isNo(told.success) || isNo(told.succeeded)
      ? { class: 'fix_mapping', message: said ?? 'ActiveCampaign answered that it did not do this.' }
      : undefined
  }
  switch (answer.status) {
    case 400:
    case 422:
      return { class: 'fix_mapping', message: said ?? 'ActiveCampaign cannot use these values.' }
    case 401:
    case 403:
      return {
        class: 'fix_connection',
        message: `ActiveCampaign does not allow this with the API key${said ? ` (${said})` : ''}. Copy the address and the key again from Settings → Developer, and look what its user may do.`,
      }
    case 402:
      return {
        class: 'fix_connection',
        message: 'ActiveCampaign refuses requests for this account, usually because a payment is missing.',
      }
    case 404:
      return { class: 'gone', message: said ?? 'ActiveCampaign no longer has this.' }
    case 429:
      return { class: 'retry', message: 'ActiveCampaign asked for a slower pace.' }
    default:
      return undefined
  }
}

const isNo = (flag: ErrorBody['success']): boolean =>
  flag === false || flag === 0 || flag === '0' || flag === 'false'

function words({ message, error, errors }: ErrorBody): string | undefined {
  const sentences = (errors ?? []).flatMap(({ title, detail, source }) => {
    const sentence = detail || title
    if (!sentence) return []
    const field = source?.pointer?.split('/').at(-1)
    return [field ? `${field}: ${sentence}` : sentence]
  })
  return sentences.join(' ') || message || error || undefined
}

function read(body: string): ErrorBody {
  try {
    return errorBody.safeParse(JSON.parse(body)).data ?? {}
  } catch {
    return {}
  }
}

import { failureClassOfStatus, HttpStatusError, z } from '#sdk'
import type { FailureClass, HttpResponse } from '#sdk'

const errorBody = z.looseObject({ error: z.looseObject({ message: z.string().nullish() }) })

/** Stripe's errors in words that say what to do. Nothing: the status alone says it. */
export function explain(
  answer: HttpResponse | HttpStatusError,
): { class: FailureClass; message: string } | undefined {
  if (!(answer instanceof HttpStatusError)) return undefined
  const said = messageIn(answer.body)
  const told = said ? ` Stripe says: “${said}”` : ''
  switch (answer.status) {
    case 401:
      return {
        class: 'fix_connection',
        message: `Stripe does not accept the secret key.${told} Copy it again from Developers → API keys.`,
      }
    case 403:
      return {
        class: 'fix_connection',
        message: `The secret key may not do this.${told} Give the restricted key the permission, or use another key.`,
      }
    case 429:
      return { class: 'retry', message: 'Stripe asked for a slower pace.' }
    default:
      return said ? { class: failureClassOfStatus(answer.method, answer.status), message: said } : undefined
  }
}

function messageIn(body: string): string | undefined {
  try {
    return errorBody.safeParse(JSON.parse(body)).data?.error.message ?? undefined
  } catch {
    return undefined
  }
}

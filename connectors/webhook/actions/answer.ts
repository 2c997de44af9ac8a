import type { HttpResponse } from '#sdk'

/** Longer answers are cut in what later steps can use; the captured exchange has more of them. */
const answerCharsMax = 20_000

/** What a later step can use of an answer: its status, and its body as data where it is JSON. */
export function answerOf(response: HttpResponse): { status: number; body?: unknown } {
  const text = response.text()
  if (text === '') return { status: response.status }
  return { status: response.status, body: isJson(response) ? response.json() : text.slice(0, answerCharsMax) }
}

function isJson({ headers, body }: HttpResponse): boolean {
  return /[/+]json/i.test(headers['content-type'] ?? '') && body.length <= answerCharsMax
}

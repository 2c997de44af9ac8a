import type { HttpResponse } from '../http.ts'

/** What a vendor answers, as a connector reads it; JSON unless another type is named. */
export function answerOf(text: string, { status = 200, type = 'application/json' } = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': type },
    body: new TextEncoder().encode(text),
    text: () => text,
    json: <T>(): T => JSON.parse(text),
  }
}

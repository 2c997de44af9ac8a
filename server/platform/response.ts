import { charsetOf } from '../../connectors/sdk/decode-text.ts'
import { UnreadableAnswerError } from '../../connectors/sdk/errors.ts'
import type { HttpResponse } from '../../connectors/sdk/http.ts'
import type { WireAnswer } from './transport.ts'

/** The answer as a connector reads it. `what` names the request for an error, without a secret. */
export function responseOf(answer: WireAnswer, what: () => string, isWriting: boolean): HttpResponse {
  const { status, headers, body } = answer
  let decoded: string | undefined
  const text = () => (decoded ??= decoderFor(headers['content-type']).decode(body))
  return {
    status,
    headers,
    body,
    text,
    json<T>(): T {
      try {
        const parsed: T = JSON.parse(text())
        return parsed
      } catch {
        // The parser's own message quotes the body, which may be anything.
        const kind = headers['content-type'] ?? 'of no stated type'
        const found = body.length === 0 ? 'is empty' : `is ${kind}, ${body.length} bytes`
        throw new UnreadableAnswerError(
          `${what()} was answered with status ${status}, but not with JSON: the body ${found}.`,
          isWriting,
        )
      }
    },
  }
}

const utf8 = new TextDecoder()

/** Older vendors still answer in windows-1250 and the like, and say so. */
function decoderFor(contentType: string | undefined): TextDecoder {
  const label = charsetOf(contentType ?? '')
  if (label === undefined || /^utf-?8$/i.test(label)) return utf8
  try {
    return new TextDecoder(label)
  } catch {
    return utf8
  }
}

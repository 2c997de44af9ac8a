import { charsetOf, decodeText } from './decode-text.ts'
import type { Hook } from './hook.ts'
import { parseForm } from './parse-form.ts'
import { parseJson } from './parse-json.ts'
import { parseMultipart } from './parse-multipart.ts'
import { UnreadablePayload } from './unreadable-payload.ts'

/**
 * The body as data, by its content type *and* its first byte, since vendors send JSON as a form and forms as JSON.
 * JSON and forms with brackets become values; XML and other text become `{ raw }`. Throws `UnreadablePayload`:
 * `empty_body`, `wrong_encoding`, `unknown_encoding`, `invalid_json`, `nested_too_deep`.
 */
export function parsePayload(hook: Pick<Hook, 'headers' | 'body'>): unknown {
  const contentType = hook.headers['content-type'] ?? ''
  const kind = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (hook.body.length === 0) throw new UnreadablePayload('empty_body')
  if (kind === 'multipart/form-data') return parseMultipart(hook.body, contentType)

  const charset = charsetOf(contentType) ?? 'utf-8'
  const text = decodeText(hook.body, charset)
  const first = text.trimStart()[0]

  if (kind === 'application/json' || kind.endsWith('+json')) {
    if (first !== '{' && first !== '[' && looksLikeForm(text)) return parseForm(text, charset)
    return parseJson(text)
  }
  if (first === '{' || first === '[') {
    const json = jsonOrNothing(text)
    if (json) return json.value
  }
  if (kind === 'application/x-www-form-urlencoded' || (kind === '' && looksLikeForm(text))) {
    return parseForm(text, charset)
  }
  return { raw: text }
}

function looksLikeForm(text: string): boolean {
  return /^[\w.%+\-[\]]+=/.test(text)
}

/** JSON under another name; what is not JSON after all is left to its declared type, but a depth attack is not. */
function jsonOrNothing(text: string): { value: unknown } | undefined {
  try {
    return { value: parseJson(text) }
  } catch (error) {
    if (error instanceof UnreadablePayload && error.code === 'invalid_json') return undefined
    throw error
  }
}

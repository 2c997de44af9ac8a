/** What a template of signed bytes may name. */
export interface SignedParts {
  body: Buffer
  method: string
  url: string
  timestamp?: string
  id?: string
  secret?: string
}

/**
 * The bytes that were signed, from a template such as `{timestamp}.{body}`. Placeholders: `{body}` `{method}` `{url}`
 * `{timestamp}` `{id}` `{secret}`; the body goes in as bytes, never decoded and encoded again.
 */
export function signedBytes(template: string, parts: SignedParts): Buffer {
  const pieces = template.split(/\{(body|method|url|timestamp|id|secret)\}/)
  return Buffer.concat(
    pieces.map((piece, position) => (position % 2 === 0 ? Buffer.from(piece) : part(piece, parts))),
  )
}

function part(name: string, parts: SignedParts): Buffer {
  switch (name) {
    case 'body':
      return parts.body
    case 'method':
      return Buffer.from(parts.method)
    case 'url':
      return Buffer.from(parts.url)
    case 'timestamp':
      return Buffer.from(parts.timestamp ?? '')
    case 'id':
      return Buffer.from(parts.id ?? '')
    default:
      return Buffer.from(parts.secret ?? '')
  }
}

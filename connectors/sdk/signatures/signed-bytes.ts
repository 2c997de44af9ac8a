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
  return Buffer.concat(
    signedPieces(template, parts).map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  )
}

/** The same bytes piece by piece, for what can take them in one after the other: the body need not be copied then. */
export function signedPieces(template: string, parts: SignedParts): (string | Buffer)[] {
  const pieces = template.split(/\{(body|method|url|timestamp|id|secret)\}/)
  return pieces.map((piece, position) => (position % 2 === 0 ? piece : part(piece, parts)))
}

function part(name: string, parts: SignedParts): string | Buffer {
  switch (name) {
    case 'body':
      return parts.body
    case 'method':
      return parts.method
    case 'url':
      return parts.url
    case 'timestamp':
      return parts.timestamp ?? ''
    case 'id':
      return parts.id ?? ''
    default:
      return parts.secret ?? ''
  }
}

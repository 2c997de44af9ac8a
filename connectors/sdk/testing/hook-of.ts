import { comparedAs } from '../hook.ts'
import type { Hook, SecretPlace } from '../hook.ts'

/** A request to read, from what a fixture or a script has in hand. */
export interface HookParts {
  method?: string
  /** Default: an address under an invented public address. */
  url?: string
  headers?: Record<string, string>
  body?: string | Buffer
  receivedAt?: Date
}

export const hookAddress = 'https://hub.example.org/hooks/k3y'

export function hookOf({
  method = 'POST',
  url = hookAddress,
  headers = {},
  body = '',
  receivedAt,
}: HookParts): Hook {
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, held]) => [name.toLowerCase(), held]),
  )
  const query = new URL(url).searchParams
  const held = (place: SecretPlace) =>
    'header' in place ? lowered[place.header.toLowerCase()] : query.get(place.query)
  return {
    method,
    url,
    query,
    headers: lowered,
    body: Buffer.from(body),
    receivedAt: receivedAt ?? new Date(),
    carries(place, expected) {
      const value = held(place)
      if (value === undefined || value === null) return 'absent'
      return comparedAs(place, value) === comparedAs(place, expected) ? 'yes' : 'no'
    },
  }
}

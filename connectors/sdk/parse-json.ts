import { refuseDepth } from './payload-depth.ts'
import { UnreadablePayload } from './unreadable-payload.ts'

/**
 * JSON as data. Integers beyond 2^53 stay exact, as text; of duplicate keys the last wins; a key `__proto__` is left
 * out, because whoever copies the object later could be caught by it.
 */
export function parseJson(text: string): unknown {
  refuseDepth(text)
  const mayHidePrototype = /__proto__|\\u005f/i.test(text)
  try {
    return inexactNumber.test(text) || mayHidePrototype ? JSON.parse(text, exact) : JSON.parse(text)
  } catch (error) {
    throw new UnreadablePayload('invalid_json', undefined, { cause: error })
  }
}

/**
 * Where a number stands, one that may be too long or too large to stay exact. Ids are texts and mostly begin with a
 * letter: to walk through every value because of digits in one of them would cost several times the parsing.
 */
const inexactNumber = /(?:^|[:,[\s])-?(?:\d{16}|\d[\d.]*[eE])/

function exact(key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (key === '__proto__') return undefined
  if (typeof value !== 'number' || source === undefined) return value
  if (!Number.isFinite(value)) return source
  return !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value
}

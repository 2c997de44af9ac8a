/**
 * Whether a value takes more bytes than this as JSON. Looks no further than it has to: what a few rows make of one large
 * list can be more than any text holds.
 */
export function isLargerThan(value: unknown, bytesMax: number): boolean {
  let left = bytesMax

  const fits = (part: unknown): boolean => {
    if (typeof part === 'string') left -= Buffer.byteLength(JSON.stringify(part))
    else if (typeof part !== 'object' || part === null) left -= String(part).length
    else if (Array.isArray(part)) return (left -= 2 + part.length) >= 0 && part.every(fits)
    else {
      left -= 2
      return Object.entries(part).every(([name, inner]) => fits(name) && (left -= 2) >= 0 && fits(inner))
    }
    return left >= 0
  }

  return !fits(value)
}

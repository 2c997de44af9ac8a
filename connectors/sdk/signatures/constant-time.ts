import { hash, timingSafeEqual } from 'node:crypto'

/** Whether two texts are equal, in a time that tells nothing about where they differ, nor about their lengths. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

const digest = (text: string) => Buffer.from(hash('sha256', text))

/** Whether any of the presented texts is any of the expected ones; looks at every pair, whatever it finds. */
export function anyMatches(presented: readonly string[], expected: readonly string[]): boolean {
  let found = false
  for (const one of presented) for (const other of expected) found = sameText(one, other) || found
  return found
}

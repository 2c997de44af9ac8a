import { isRecord } from '../../graphql/json.ts'
import type { Json } from '../../graphql/json.ts'
import { valueWords } from '../mappings/value-words.ts'
import { nameInWords } from './name-in-words.ts'
import type { Segment } from '../mappings/paths.ts'

/**
 * A value that holds several, a line for each of them: “Company › Size: 12”. What fits into one line stays in one.
 * Blanks are left out. At most 200 lines, then an ellipsis.
 */
export function valueLines(value: Json | undefined): string {
  const lines: string[] = []
  for (const { path, words } of leavesOf(value, [])) {
    if (lines.length === linesMax) return [...lines, '…'].join('\n')
    lines.push(path.length === 0 ? words : `${nameInWords(path)}: ${words}`)
  }
  return lines.join('\n')
}

const linesMax = 200

interface Leaf {
  path: readonly Segment[]
  words: string
}

/** One by one, so that what is beyond the limit is never looked at. */
function* leavesOf(value: Json | undefined, path: readonly Segment[]): Generator<Leaf> {
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) yield* leavesOf(inner, [...path, name])
  } else if (isList(value) && value.some((each) => typeof each === 'object' && each !== null)) {
    // Where there is only one, nobody needs to be told which.
    for (const [at, inner] of value.entries())
      yield* leavesOf(inner, value.length === 1 ? path : [...path, at])
  } else {
    const words = valueWords(value)
    if (words !== '') yield { path, words }
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

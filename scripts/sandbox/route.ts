import type { Answered, Asked } from './stand-in.ts'

/** A request with the parts of its path that a route names, undone of their escapes. */
export type Matched = Asked & { parts: readonly string[] }

/** One path of a vendor's API, and how the vendor answers there; `S` is what the stand-in holds. */
export interface Route<S> {
  method: string
  path: RegExp
  answer: (held: S, asked: Matched) => Answered
}

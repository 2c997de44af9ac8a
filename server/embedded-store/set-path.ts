import { isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'

/** A copy of a document with a value (or, with undefined, nothing) at a path through documents, made as needed. */
export function setPath(doc: Doc, keys: readonly string[], value: Value | undefined): Doc {
  const [key = '', ...rest] = keys
  const result = Object.assign(newDoc(), doc)
  const existing = result[key]
  const next = rest.length === 0 ? value : setPath(isDoc(existing) ? existing : newDoc(), rest, value)
  if (next === undefined) delete result[key]
  else result[key] = next
  return result
}

import { fieldKey, isDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'

/** A dotted path, split: property keys of documents, and for each the array index it may also mean (or -1). */
export interface Path {
  readonly text: string
  readonly keys: readonly string[]
  readonly indexes: readonly number[]
}

/** Splits a dotted path once, so that walking documents later does no string work. */
export function parsePath(text: string): Path {
  const names = text.split('.')
  return {
    text,
    keys: names.map(fieldKey),
    indexes: names.map((name) => (/^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1)),
  }
}

/**
 * The value at a path, following documents and numeric array indexes, without looking into every element of an
 * array; undefined where there is nothing.
 */
export function getPath(doc: Doc, path: Path): Value | undefined {
  let value: Value | undefined = doc
  for (let depth = 0; depth < path.keys.length; depth++) {
    if (Array.isArray(value)) value = value[path.indexes[depth] ?? -1]
    else if (isDoc(value)) value = value[path.keys[depth] ?? '']
    else return undefined
  }
  return value
}

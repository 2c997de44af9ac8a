import type { Doc } from './bson-types.ts'

/**
 * Documents, one after the other: a document, `null` when this step brought none but there may be more, `undefined`
 * at the end. The `null` lets a long pipeline run in steps, so that other commands get their turn in between.
 */
export interface DocSource {
  next(): Doc | null | undefined
}

/** The documents of an array. */
export function sourceOf(docs: readonly Doc[]): DocSource {
  let at = 0
  return { next: () => docs[at++] }
}

/** All documents of a source at once. */
export function drain(source: DocSource): Doc[] {
  const docs: Doc[] = []
  for (;;) {
    const doc = source.next()
    if (doc === undefined) return docs
    if (doc) docs.push(doc)
  }
}

/** Each document turned into another one, or into none (`undefined`). */
export function mapped(source: DocSource, transform: (doc: Doc) => Doc | undefined): DocSource {
  return {
    next() {
      const doc = source.next()
      return doc ? (transform(doc) ?? null) : doc
    },
  }
}

/** What `finish` makes of all documents of a source, once they have all come. */
export function gathered(
  source: DocSource,
  add: (doc: Doc) => void,
  finish: () => readonly Doc[],
): DocSource {
  let result: DocSource | undefined
  return {
    next() {
      if (result) return result.next()
      const doc = source.next()
      if (doc === null) return null
      if (doc) {
        add(doc)
        return null
      }
      result = sourceOf(finish())
      return result.next()
    },
  }
}

import type { Snapshot } from './define-inbound.ts'
import { fingerprint } from './fingerprint.ts'

/** What is remembered of a thing at the vendor: for each field a short print of its content, and not the content. */
export type FieldPrints = Readonly<Record<string, string>>

/**
 * `same`: nothing new. Otherwise the fields that differ, or `undefined` where nothing was known; `added` are those of them
 * that were never heard of before.
 */
export type Difference = 'same' | { changed: readonly string[] | undefined; added?: readonly string[] }

/** 48 bits a field: two contents of one field of one thing are all that is ever compared. */
const PRINT_LENGTH = 12

/** Blank fields have a print too, so that emptying one is seen as a change. */
export function fieldPrints({ id, fields }: Snapshot): FieldPrints {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, content]) =>
      content === undefined
        ? []
        : [
            [
              name,
              isBlank(content) ? '' : fingerprint(`${id} ${stableText(content)}`).slice(0, PRINT_LENGTH),
            ],
          ],
    ),
  )
}

/** Compares on what both speak of; a field never heard of before is new only if it holds something. */
export function differenceOf(known: FieldPrints | undefined, heard: FieldPrints): Difference {
  if (!known) return { changed: undefined }
  const changed = Object.entries(heard).flatMap(([name, print]) =>
    (known[name] ?? '') === print ? [] : [name],
  )
  if (changed.length === 0) return 'same'
  const added = changed.filter((name) => !Object.hasOwn(known, name))
  return added.length > 0 ? { changed, added } : { changed }
}

function isBlank(content: unknown): boolean {
  return content === null || content === '' || (Array.isArray(content) && content.length === 0)
}

/** The same text whatever the order of names; lists keep theirs. */
function stableText(content: unknown): string {
  return JSON.stringify(content, (_name, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  )
}

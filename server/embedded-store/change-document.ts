import type { Doc } from './bson-types.ts'
import type { Collection } from './catalog.ts'
import type { Row } from './database.ts'
import { decode, decodeFields } from './decode.ts'
import { encodeChanged, encodeStored } from './encode.ts'
import { StoreError } from './errors.ts'
import type { Filter } from './match.ts'
import type { Store } from './store.ts'
import type { Update } from './update.ts'

/** What an update makes of one document. */
export interface Changed {
  readonly before: Buffer
  readonly after: Buffer
  /** Stores it, where anything changed at all; tells whether it did. */
  readonly write: () => boolean
}

/** A compiled update and the filter that finds what it changes. */
export interface Change {
  readonly test: Filter | undefined
  readonly update: Update
  /** Past the collection's validator. */
  readonly unvalidated: boolean
}

/** Applies an update to one document that the filter has found; nothing is written yet. */
export function changeDocument(
  store: Store,
  collection: Collection,
  row: Row,
  { test, update, unvalidated }: Change,
): Changed {
  // The fields it has nothing to do with stay bytes, unless the filter looks at them to find a position.
  const fields = update.usesPosition ? undefined : update.fields
  const before = fields ? decodeFields(row.doc, fields) : decode(row.doc)
  const trace = { position: -1 }
  if (update.usesPosition) test?.(before, trace)
  const changed = update(before, trace.position)
  if (changed === before) return { before: row.doc, after: row.doc, write: () => false }
  const after = fields ? encodeChanged(row.doc, before, changed) : encodeStored(changed)
  return {
    before: row.doc,
    after,
    write() {
      store.writer.replace(collection, row, after, unvalidated, changedFields(before, changed))
      return true
    },
  }
}

/** The top-level fields that differ. An update keeps what it does not change, so that references tell. */
function changedFields(before: Doc, after: Doc): Set<string> {
  const changed = new Set<string>()
  for (const key in before) if (before[key] !== after[key]) changed.add(key)
  for (const key in after) if (before[key] === undefined) changed.add(key)
  return changed
}

/** What an upsert makes of its filter and its update; nothing is written yet. */
export function upsertDocument(
  store: Store,
  db: string,
  name: string,
  filter: Doc,
  { update, unvalidated }: Pick<Change, 'update' | 'unvalidated'>,
): { doc: Doc; readonly write: () => void } {
  const doc = update.insert(filter)
  const bytes = encodeStored(doc)
  return { doc, write: () => store.writer.insert(store.collectionForWrite(db, name), bytes, unvalidated) }
}

/** Refuses what needs operators where there is a whole replacement. */
export function checkMulti(update: Update, multi: boolean): void {
  if (multi && update.kind === 'replacement') {
    throw new StoreError('FailedToParse', 'multi update is not supported for replacement-style update')
  }
}

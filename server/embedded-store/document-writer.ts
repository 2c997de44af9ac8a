import { newDoc } from './bson-types.ts'
import { ridRange, type Catalog, type Collection, type Index } from './catalog.ts'
import type { Database, Entry, Row } from './database.ts'
import { decodeValue } from './decode.ts'
import { StoreError } from './errors.ts'
import { documentKeys, type DocumentKeys } from './index-keys.ts'
import { KeyWriter } from './key-encoding.ts'
import { showValue } from './show-value.ts'

/** No document is larger, in bytes. */
export const documentBytesMax = 16 * 1024 * 1024

const noKeys: readonly Buffer[] = []

/**
 * Writes documents together with their index entries. Every method checks first and writes afterwards, so that a
 * refused document leaves nothing behind in the transaction it shares with others.
 */
export class DocumentWriter {
  private readonly keyWriter = new KeyWriter()
  private readonly db: Database
  private readonly catalog: Catalog

  constructor(db: Database, catalog: Catalog) {
    this.db = db
    this.catalog = catalog
  }

  /** Stores a document that has its `_id`, past the collection's validator if `unvalidated`. Throws DuplicateKey, DocumentValidationFailure or a size error. */
  insert(collection: Collection, doc: Buffer, unvalidated = false): void {
    checkSize(doc)
    if (!unvalidated) collection.validate?.(doc)
    const rid = this.nextRid(collection)
    const tail = tailOf(collection, rid)
    const entries = Array<Entry>()
    for (const index of collection.indexes) {
      const found = this.keysOf(index, doc, tail)
      for (const key of found.keys) {
        if (index.unique) this.refuseTaken(collection, index, doc, key, rid)
        entries.push({ key, rid })
      }
      this.remember(collection, index, found)
    }
    this.db.insertDocument(rid, doc)
    this.db.insertEntries(entries)
    collection.nextRid = rid + 1
    collection.count++
    collection.bytes += doc.length
    collection.dirty = true
  }

  /**
   * Puts `doc` in place of the document of `row`; only index entries that differ are touched. Where it is known which
   * top-level fields `changed`, indexes on others are not even looked at.
   */
  replace(
    collection: Collection,
    row: Row,
    doc: Buffer,
    unvalidated = false,
    changed?: ReadonlySet<string>,
  ): void {
    checkSize(doc)
    if (!unvalidated) collection.validate?.(doc)
    const tail = tailOf(collection, row.rid)
    const added = Array<Entry>()
    const removed = Array<Buffer>()
    for (const index of collection.indexes) {
      if (index.id === 0 || (changed && index.reads?.isDisjointFrom(changed))) continue
      const before = this.keysOf(index, row.doc, tail).keys
      const found = this.keysOf(index, doc, tail)
      if (sameKeys(before, found.keys)) continue
      for (const key of found.keys) {
        if (before.some((one) => one.equals(key))) continue
        if (index.unique) this.refuseTaken(collection, index, doc, key, row.rid)
        added.push({ key, rid: row.rid })
      }
      for (const key of before) if (!found.keys.some((one) => one.equals(key))) removed.push(key)
      this.remember(collection, index, found)
    }
    for (const key of removed) this.db.deleteEntry(key)
    if (added.length > 0) this.db.insertEntries(added)
    this.db.updateDocument(row.rid, doc)
    collection.bytes += doc.length - row.doc.length
    collection.dirty = true
  }

  /** Removes a document and its index entries. */
  remove(collection: Collection, row: Row): void {
    const tail = tailOf(collection, row.rid)
    for (const index of collection.indexes) {
      for (const key of this.keysOf(index, row.doc, tail).keys) this.db.deleteEntry(key)
    }
    this.db.deleteDocument(row.rid)
    collection.count--
    collection.bytes -= row.doc.length
    collection.dirty = true
  }

  /** Adds the entries of a document that was there before the index. Throws DuplicateKey. */
  addToIndex(collection: Collection, index: Index, row: Row): void {
    const found = this.keysOf(index, row.doc, tailOf(collection, row.rid))
    for (const key of found.keys) {
      if (index.unique) this.refuseTaken(collection, index, row.doc, key, row.rid)
      this.db.insertEntryIfAbsent(key, row.rid)
    }
    this.remember(collection, index, found)
  }

  /** The keys of a document in an index, as they are in the file. */
  keysOf(
    index: Index,
    doc: Buffer,
    tail: Buffer,
  ): { keys: readonly Buffer[]; multikey: boolean; inexact: boolean } {
    if (index.admits && !index.admits(doc)) return { keys: noKeys, multikey: false, inexact: false }
    const frame = { prefix: index.prefix, tail: index.unique ? undefined : tail }
    const found = documentKeys(doc, index.fields, frame, this.keyWriter)
    if (index.sparse && found.absent) return { keys: noKeys, multikey: false, inexact: false }
    return found
  }

  private nextRid(collection: Collection): number {
    const rid = collection.nextRid
    if (rid >= ridRange(collection.id).to) {
      throw new StoreError(
        'OperationFailed',
        `${collection.ns} has used up its record numbers; copy it to a new collection.`,
      )
    }
    return rid
  }

  /** An index learns for ever that it has met an array or a value that does not fit its keys exactly. */
  private remember(
    collection: Collection,
    index: Index,
    found: Pick<DocumentKeys, 'multikey' | 'inexact'>,
  ): void {
    const { multikey, inexact } = index
    if ((!found.multikey || multikey) && (!found.inexact || inexact)) return
    index.multikey ||= found.multikey
    index.inexact ||= found.inexact
    this.catalog.save(collection)
  }

  private refuseTaken(collection: Collection, index: Index, doc: Buffer, key: Buffer, rid: number): void {
    const taken = this.db.ridOf(key)
    if (taken === undefined || taken === rid) return
    const frame = { prefix: index.prefix, tail: undefined }
    const found = documentKeys(doc, index.fields, frame, new KeyWriter(), true)
    const values = found.values?.find((one) => one.key.equals(key))?.values ?? []
    const keyValue = newDoc()
    for (const [i, name] of Object.keys(index.key).entries()) {
      const value = values[i]
      keyValue[name] = value ? decodeValue(value) : null
    }
    const message = `E11000 duplicate key error collection: ${collection.ns} index: ${index.name} dup key: ${showValue(keyValue)}`
    throw new StoreError('DuplicateKey', message, { keyPattern: index.key, keyValue })
  }
}

/** The end of a key in an index that is not unique: the record number, so equal keys keep the order of insertion. */
export function tailOf(collection: Collection, rid: number): Buffer {
  const tail = Buffer.allocUnsafe(5)
  tail.writeUIntBE(rid - ridRange(collection.id).from, 0, 5)
  return tail
}

function checkSize(doc: Buffer): void {
  if (doc.length <= documentBytesMax) return
  const message = `object to insert too large. size in bytes: ${doc.length}, max size: ${documentBytesMax}`
  throw new StoreError('BSONObjectTooLarge', message)
}

function sameKeys(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  return a.length === b.length && a.every((key, i) => key.equals(b[i] ?? key.subarray(0, 0)))
}

import { randomBytes } from 'node:crypto'
import { Binary, fieldKey, fieldName, newDoc, type Doc } from './bson-types.ts'
import type { Database } from './database.ts'
import { blob, cells, integer } from './sqlite-rows.ts'
import { decode } from './decode.ts'
import { encodeStored } from './encode.ts'
import { StoreError } from './errors.ts'
import { indexFields, type IndexField } from './index-keys.ts'
import { asDoc, asDocs, asNumber, asText, isSet } from './read-value.ts'
import { rowStatements } from './row-changes.ts'

/** The stored form of an index: MongoDB's own specification plus what the store keeps about it. */
export interface StoredIndex {
  id: number
  name: string
  key: Doc
  unique: boolean
  sparse: boolean
  hidden: boolean
  partial: Doc | undefined
  ttlSeconds: number | undefined
  multikey: boolean
  inexact: boolean
  building: boolean
}

/** An index ready for use. */
export interface Index extends StoredIndex {
  readonly prefix: Buffer
  readonly fields: readonly IndexField[]
  /** Tells whether a document belongs into a partial index. */
  readonly admits: ((doc: Buffer) => boolean) | undefined
  /** The top-level fields of a document that its entries depend on; undefined when it may be any. */
  readonly reads: ReadonlySet<string> | undefined
}

/** One collection: its definition, its indexes and its running totals. */
export interface Collection {
  readonly id: number
  readonly db: string
  readonly name: string
  readonly ns: string
  options: Doc
  readonly uuid: Binary
  indexes: Index[]
  nextIndexId: number
  count: number
  bytes: number
  nextRid: number
  /** Throws where a document does not satisfy the collection's validator. */
  validate: ((doc: Buffer) => void) | undefined
  /** The totals differ from what the file has. */
  dirty: boolean
}

/** Record numbers of one collection are [id * span, (id + 1) * span): 65,536 collections of 137 billion records. */
const ridSpan = 2 ** 37
const collectionIdMax = 65_535
const purgedAtOnceMax = 2_000

/** The range of record numbers of a collection, end exclusive. */
export function ridRange(id: number): { from: number; to: number } {
  return { from: id * ridSpan, to: (id + 1) * ridSpan }
}

/** The bytes every key of an index begins with. */
export function indexPrefix(collectionId: number, indexId: number): Buffer {
  const prefix = Buffer.allocUnsafe(6)
  prefix.writeUInt32BE(collectionId, 0)
  prefix.writeUInt16BE(indexId, 4)
  return prefix
}

/** The first key after all keys with this prefix. */
export function afterPrefix(prefix: Buffer): Buffer {
  const next = Buffer.from(prefix)
  for (let at = next.length - 1; at >= 0; at--) {
    const byte = next[at] ?? 0
    next[at] = (byte + 1) & 0xff
    if (byte < 0xff) break
  }
  return next
}

/** A filter as a test of raw documents. */
interface DocumentTest {
  readonly accepts: (doc: Buffer) => boolean
  /** The top-level fields it looks at; undefined when it may look at any. */
  readonly fields: ReadonlySet<string> | undefined
}

/** Makes a test from a filter, for partial indexes and validators. */
export type CompileTest = (filter: Doc) => DocumentTest

/** The collections and indexes there are, in memory and in the file. Changes happen inside the writer's transaction. */
export class Catalog {
  private readonly byNamespace = new Map<string, Collection>()
  private lastId = 0
  private readonly db: Database
  private readonly compileTest: CompileTest

  constructor(db: Database, compileTest: CompileTest) {
    this.db = db
    this.compileTest = compileTest
    this.reload()
  }

  /** Reads everything again from the file: at start, and after a transaction was taken back. */
  reload(): void {
    this.byNamespace.clear()
    this.lastId = this.db.state('lastCollectionId') ?? 0
    for (const row of this.db.prepared('SELECT id, definition, count, bytes FROM collections').all()) {
      const values = cells(row) ?? []
      const id = integer(values[0])
      const definition = decode(blob(values[1]))
      const { from, to } = ridRange(id)
      const collectionDb = asText(definition['db']) ?? ''
      const name = asText(definition['name']) ?? ''
      const collection: Collection = {
        id,
        db: collectionDb,
        name,
        ns: `${collectionDb}.${name}`,
        options: asDoc(definition['options']) ?? newDoc(),
        uuid: definition['uuid'] instanceof Binary ? definition['uuid'] : uuid(),
        indexes: [],
        nextIndexId: asNumber(definition['nextIndexId']) ?? 1,
        count: integer(values[2]),
        bytes: integer(values[3]),
        nextRid: (this.db.lastRid(from, to) ?? from) + 1,
        validate: undefined,
        dirty: false,
      }
      const stored = (asDocs(definition['indexes']) ?? []).map(storedIndex)
      collection.validate = this.validator(collection.options)
      collection.indexes = stored.map((index) => this.ready(collection.id, index))
      this.byNamespace.set(collection.ns, collection)
    }
  }

  find(ns: string): Collection | undefined {
    return this.byNamespace.get(ns)
  }

  /** The collections of one database, or all. */
  list(db?: string): Collection[] {
    return Array.from(this.byNamespace.values()).filter((one) => db === undefined || one.db === db)
  }

  /** Makes a collection with its index on `_id`. */
  create(db: string, name: string, options: Doc): Collection {
    const id = this.freeId()
    const collection: Collection = {
      id,
      db,
      name,
      ns: `${db}.${name}`,
      options,
      uuid: uuid(),
      indexes: [],
      nextIndexId: 1,
      count: 0,
      bytes: 0,
      nextRid: ridRange(id).from + 1,
      validate: undefined,
      dirty: false,
    }
    collection.indexes = [
      this.ready(id, {
        id: 0,
        name: '_id_',
        key: idKey(),
        partial: undefined,
        ttlSeconds: undefined,
        unique: true,
        sparse: false,
        hidden: false,
        multikey: false,
        inexact: false,
        building: false,
      }),
    ]
    collection.validate = this.validator(options)
    this.db.change(rowStatements.insertCollection, id, this.definition(collection))
    this.byNamespace.set(collection.ns, collection)
    return collection
  }

  /** Writes a collection's definition. Throws where it is nested too deep to be stored. */
  save(collection: Collection): void {
    this.db.change(rowStatements.updateDefinition, collection.id, this.definition(collection))
  }

  /** Writes the totals of the collections that changed; once per transaction. */
  saveTotals(): void {
    for (const collection of this.byNamespace.values()) {
      if (!collection.dirty) continue
      this.db.change(rowStatements.updateTotals, collection.id, collection.count, collection.bytes)
      collection.dirty = false
    }
  }

  /** Changes a collection's options, its validator among them. */
  changeOptions(collection: Collection, options: Doc): void {
    this.save({ ...collection, options })
    collection.options = options
    collection.validate = this.validator(options)
  }

  addIndex(collection: Collection, stored: Omit<StoredIndex, 'id'>): Index {
    if (collection.nextIndexId > 65_535) {
      throw new StoreError(
        'CannotCreateIndex',
        `${collection.ns} has had 65,535 indexes; make a new collection.`,
      )
    }
    const index = this.ready(collection.id, { ...stored, id: collection.nextIndexId })
    const indexes = [...collection.indexes, index]
    const nextIndexId = collection.nextIndexId + 1
    this.save({ ...collection, indexes, nextIndexId })
    Object.assign(collection, { indexes, nextIndexId })
    return index
  }

  removeIndex(collection: Collection, index: Index): void {
    collection.indexes = collection.indexes.filter((one) => one !== index)
    this.save(collection)
    this.forget(index.prefix, null)
  }

  drop(collection: Collection): void {
    this.byNamespace.delete(collection.ns)
    this.db.change(rowStatements.deleteCollection, collection.id)
    const prefix = Buffer.allocUnsafe(4)
    prefix.writeUInt32BE(collection.id, 0)
    this.forget(prefix, collection.id)
  }

  rename(collection: Collection, db: string, name: string): void {
    const moved: Collection = { ...collection, db, name, ns: `${db}.${name}` }
    this.byNamespace.delete(collection.ns)
    this.byNamespace.set(moved.ns, moved)
    this.save(moved)
  }

  /** Removes a slice of what was dropped; `true` while there is more. Runs inside a transaction. */
  purgeSlice(): boolean {
    const row = cells(this.db.prepared('SELECT prefix, id FROM dropped LIMIT 1').get())
    if (!row) return false
    const prefix = blob(row[0])
    if (!this.purge(prefix, row[1] === null ? null : integer(row[1]))) return true
    this.db.change(rowStatements.deleteDropped, prefix)
    return true
  }

  /** Whether something dropped still waits to be removed from the file. */
  hasDropped(): boolean {
    return this.db.prepared('SELECT 1 FROM dropped LIMIT 1').get() !== undefined
  }

  private validator(options: Doc): ((doc: Buffer) => void) | undefined {
    const filter = asDoc(options['validator'])
    if (!filter || Object.keys(filter).length === 0) return undefined
    const { accepts } = this.compileTest(filter)
    return (doc) => {
      if (accepts(doc)) return
      const details = newDoc()
      details['validator'] = filter
      const errInfo = newDoc()
      errInfo['failingDocumentId'] = decode(doc)['_id'] ?? null
      errInfo['details'] = details
      throw new StoreError('DocumentValidationFailure', 'Document failed validation', { errInfo })
    }
  }

  private forget(prefix: Buffer, id: number | null): void {
    // What is small goes at once; a long list is removed in slices between other work.
    if (!this.purge(prefix, id)) this.db.change(rowStatements.insertDropped, prefix, id)
  }

  private purge(prefix: Buffer, id: number | null): boolean {
    if (this.db.purgeEntries(prefix, afterPrefix(prefix), purgedAtOnceMax) === purgedAtOnceMax) return false
    if (id === null) return true
    const { from, to } = ridRange(id)
    return this.db.purgeDocuments(from, to, purgedAtOnceMax) < purgedAtOnceMax
  }

  private freeId(): number {
    let id = this.lastId + 1
    if (id > collectionIdMax) {
      const taken = new Set(this.list().map((one) => one.id))
      for (const row of this.db.prepared('SELECT id FROM dropped').all()) taken.add(integer(cells(row)?.[0]))
      for (id = 1; taken.has(id); id++);
      if (id > collectionIdMax)
        throw new StoreError('OperationFailed', 'The store is full: 65,535 collections exist.')
      return id
    }
    this.lastId = id
    this.db.setState('lastCollectionId', id)
    return id
  }

  private ready(collectionId: number, stored: StoredIndex): Index {
    const fields = indexFields(
      Object.entries(stored.key).map(([key, order]) => [fieldName(key), asNumber(order) ?? 1] as const),
    )
    const own = fields.map((field) => fieldKey(field.path.split('.')[0] ?? ''))
    const partial = stored.partial && this.compileTest(stored.partial)
    return {
      ...stored,
      prefix: indexPrefix(collectionId, stored.id),
      fields,
      admits: partial?.accepts,
      reads: partial && !partial.fields ? undefined : new Set([...own, ...(partial?.fields ?? [])]),
    }
  }

  private definition(collection: Collection): Buffer {
    const definition = newDoc()
    definition['db'] = collection.db
    definition['name'] = collection.name
    definition['options'] = collection.options
    definition['uuid'] = collection.uuid
    definition['nextIndexId'] = collection.nextIndexId
    definition['indexes'] = collection.indexes.map(indexDefinition)
    return encodeStored(definition)
  }
}

function indexDefinition(index: StoredIndex): Doc {
  const doc = newDoc()
  doc['id'] = index.id
  doc['name'] = index.name
  doc['key'] = index.key
  if (index.partial) doc['partial'] = index.partial
  if (index.ttlSeconds !== undefined) doc['ttlSeconds'] = index.ttlSeconds
  for (const flag of indexFlags) doc[flag] = index[flag]
  return doc
}

const indexFlags = ['unique', 'sparse', 'hidden', 'multikey', 'inexact', 'building'] as const

function storedIndex(doc: Doc): StoredIndex {
  return {
    id: asNumber(doc['id']) ?? 0,
    name: asText(doc['name']) ?? '',
    key: asDoc(doc['key']) ?? newDoc(),
    partial: asDoc(doc['partial']),
    ttlSeconds: asNumber(doc['ttlSeconds']),
    unique: isSet(doc['unique']),
    sparse: isSet(doc['sparse']),
    hidden: isSet(doc['hidden']),
    multikey: isSet(doc['multikey']),
    inexact: isSet(doc['inexact']),
    building: isSet(doc['building']),
  }
}

function idKey(): Doc {
  const key = newDoc()
  key['_id'] = 1
  return key
}

function uuid(): Binary {
  const bytes = randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return new Binary(4, bytes)
}

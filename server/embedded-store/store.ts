import { fieldName, newDoc, type Doc } from './bson-types.ts'
import { Catalog, type Collection } from './catalog.ts'
import { Cursors } from './cursors.ts'
import { Database, needsLog } from './database.ts'
import { decode, decodeFields, decodeValue } from './decode.ts'
import { DocumentWriter } from './document-writer.ts'
import { StoreError } from './errors.ts'
import { compileFilter, type Filter } from './match.ts'
import { findField } from './raw-bson.ts'
import { Sessions } from './sessions.ts'
import { WriteQueue } from './write-queue.ts'

/** Everything one open data folder consists of. Commands get it; nothing outside this folder does. */
export class Store {
  readonly db: Database
  readonly catalog: Catalog
  readonly writer: DocumentWriter
  readonly queue: WriteQueue
  readonly cursors = new Cursors()
  readonly sessions: Sessions
  readonly startedAt = Date.now()
  /** The indexes somebody is building now, by their prefixes in hex; any other unfinished one was given up. */
  readonly builds = new Set<string>()
  private commits = 0

  /** Opens the store in this file and brings in what its log holds. */
  constructor(file: string) {
    this.db = new Database(file)
    this.db.recover()
    this.catalog = new Catalog(this.db, (filter) => {
      const compiled = compileFilter(filter)
      return { accepts: lastingTest(compiled), fields: compiled.fields }
    })
    this.writer = new DocumentWriter(this.db, this.catalog)
    this.sessions = new Sessions(this.db)
    this.queue = new WriteQueue(this.db, this.catalog, () => {
      this.commits++
    })
  }

  /** Notes that the store is in use, until `close`: whoever finds the note at start knows the end was not clean. */
  open(): void {
    this.db.note('running', 1)
    this.db.note(needsLog, 1)
    this.db.settleForGood()
  }

  /** Closes the file in good order: everything is in it and the log is empty. */
  close(): void {
    try {
      this.db.note('running', 0)
      this.db.note(needsLog, 0)
      this.db.settleForGood()
      this.db.emptyLog()
    } finally {
      this.db.close()
    }
  }

  get isOpen(): boolean {
    return this.db.sqlite.isOpen
  }

  /** Goes up with every commit, so that readers notice what they read ahead may be out of date. */
  version(): number {
    return this.commits
  }

  /** The collection, made if it is not there. Runs inside a write. */
  collectionForWrite(db: string, name: string): Collection {
    checkNamespace(db, name)
    return this.catalog.find(`${db}.${name}`) ?? this.catalog.create(db, name, newDoc())
  }
}

/** The filter as a test of raw documents, which decodes no more than the fields it looks at. */
export function rawTest(filter: Filter): (doc: Buffer) => boolean {
  const { fields } = filter
  if (fields) return (doc) => filter(decodeFields(doc, fields))
  return (doc) => filter(decode(doc))
}

/** The same for a filter that stays as long as its index: it costs more to make and less to run. */
function lastingTest(filter: Filter): (doc: Buffer) => boolean {
  if (!filter.fields) return rawTest(filter)
  const fields = Array.from(filter.fields, (key) => ({ key, name: Buffer.from(fieldName(key)) }))
  return (doc) => {
    const part = newDoc()
    for (const { key, name } of fields) {
      const value = findField(doc, 0, name)
      if (value) part[key] = decodeValue(value)
    }
    return filter(part)
  }
}

/** Refuses names MongoDB refuses, before anything is made under them. */
export function checkNamespace(db: string, name: string): void {
  if (db === '' || /[/\\. "$\0]/.test(db) || Buffer.byteLength(db) > 63) {
    throw new StoreError('InvalidNamespace', `Invalid database name: '${db.replaceAll('\0', '\\0')}'`)
  }
  if (
    name === '' ||
    name.includes('\0') ||
    name.startsWith('.') ||
    name.startsWith('$') ||
    name.endsWith('.')
  ) {
    throw new StoreError(
      'InvalidNamespace',
      `Invalid namespace specified '${db}.${name.replaceAll('\0', '\\0')}'`,
    )
  }
  if (name.startsWith('system.')) {
    throw new StoreError(
      'InvalidNamespace',
      `The embedded store has no system collections; '${name}' cannot be written.`,
    )
  }
  if (Buffer.byteLength(name) + Buffer.byteLength(db) + 1 > 255) {
    throw new StoreError('InvalidNamespace', `Fully qualified namespace is too long: '${db}.${name}'`)
  }
}

/** One small reply or specification from plain fields; what is `undefined` is left out. */
export function docOf(fields: Readonly<Record<string, Doc[string] | undefined>>): Doc {
  const doc = newDoc()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) doc[name] = value
  return doc
}

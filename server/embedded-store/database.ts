import { randomBytes } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { existsSync } from 'node:fs'
import { logFile } from './folder-files.ts'
import { recordHeaderBytes, RedoLog, LogUnusable, type LogMark } from './redo-log.ts'
import { blob, cells, integer, readRows } from './sqlite-rows.ts'
import { readRowChanges, RowChanges, rowStatements, type Cell, type RowStatement } from './row-changes.ts'

/** The row of one document. */
export interface Row {
  readonly rid: number
  readonly doc: Buffer
}

/** One index entry to write: its key and the document it leads to. */
export interface Entry {
  readonly key: Buffer
  readonly rid: number
}

/** The state that is 1 while there may be writes in the log alone. A file of an earlier version has no such note. */
export const needsLog = 'needsLog'

const entriesPerStatementMax = 24

// Within the write-ahead log each commit is whole or not there, whichever of the two it is.
const commitsWaitForDisk = 'PRAGMA synchronous=FULL'
const commitsDoNotWait = 'PRAGMA synchronous=NORMAL'

/** How many keys `rowsOf` takes. */
export const exactKeysMax = 32
const exactKeyMarks = Array(exactKeysMax).fill('?').join(',')
const noKey = Buffer.alloc(0)

/**
 * The SQLite file, its redo log and every statement the store runs on it; nothing here knows what a document or an index
 * is.
 *
 * Writes come in batches. A batch is durable once the log has its row changes; one that need not be durable at once waits
 * in memory for the next that must. SQLite's own transaction stays open over many batches until `settle`, so that a page
 * that changes a hundred times is written once. `recover` brings in what SQLite has not committed from the log.
 *
 * `docs` holds every document of every collection as its raw BSON; a collection's record numbers are one range, so a
 * scan of it is a scan of the table in insertion order. `idx` holds every index of every collection as one sorted list
 * of keys. `docs` is a rowid table because WITHOUT ROWID moves each document of 4 KB to overflow pages.
 */
export class Database {
  readonly file: string
  readonly sqlite: DatabaseSync
  private readonly log: RedoLog
  private readonly changes = new RowChanges(recordHeaderBytes)
  private batchFrom = recordHeaderBytes
  private readonly statements = new Map<string, StatementSync>()
  private readonly entryStatements = Array<StatementSync | undefined>()

  /**
   * Opens or makes the file and its log; `recover` has to follow. Throws what SQLite says where the file is not a
   * database or is damaged, and LogUnusable where the log is gone that it needs.
   */
  constructor(file: string) {
    this.file = file
    this.sqlite = new DatabaseSync(file)
    // A commit costs two calls of the system for each page, which speaks for large ones; in a store of millions of
    // entries each changed one is on a page of its own, which speaks for small ones. A file keeps the size it was made with.
    this.sqlite.exec('PRAGMA page_size=8192')
    const mode = this.sqlite.prepare('PRAGMA journal_mode=WAL').get()?.['journal_mode']
    if (mode !== 'wal')
      throw new Error(`The store cannot use write-ahead logging here (SQLite answered ${String(mode)}).`)
    this.sqlite.exec(`
      PRAGMA wal_autocheckpoint=8000;
      PRAGMA cache_size=-24576;
      PRAGMA temp_store=MEMORY;
      CREATE TABLE IF NOT EXISTS docs(rid INTEGER PRIMARY KEY, doc BLOB);
      CREATE TABLE IF NOT EXISTS idx(k BLOB PRIMARY KEY, rid INTEGER) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS collections(id INTEGER PRIMARY KEY, definition BLOB, count INTEGER, bytes INTEGER);
      CREATE TABLE IF NOT EXISTS dropped(prefix BLOB PRIMARY KEY, id INTEGER) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS sessions(id BLOB PRIMARY KEY, txn INTEGER, progress BLOB, at INTEGER) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS state(name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
    `)
    this.sqlite.prepare("INSERT OR IGNORE INTO state VALUES('salt', ?)").run(newSalt())
    if (this.state(needsLog) === 1 && !existsSync(logFile(file))) {
      this.sqlite.close()
      throw new LogUnusable(`${logFile(file)} is missing, and the newest writes may be in it alone`)
    }
    this.log = new RedoLog(logFile(file))
  }

  /** A statement, prepared once; rows come as arrays. */
  prepared(sql: string): StatementSync {
    let statement = this.statements.get(sql)
    if (!statement) {
      statement = this.sqlite.prepare(sql)
      statement.setReturnArrays(true)
      this.statements.set(sql, statement)
    }
    return statement
  }

  insertDocument(rid: number, doc: Buffer): void {
    this.change(rowStatements.insertDocument, rid, doc)
  }

  updateDocument(rid: number, doc: Buffer): void {
    this.change(rowStatements.updateDocument, rid, doc)
  }

  deleteDocument(rid: number): void {
    this.change(rowStatements.deleteDocument, rid)
  }

  document(rid: number): Buffer | undefined {
    const row = cells(this.prepared('SELECT doc FROM docs WHERE rid=?').get(rid))
    return row && blob(row[0])
  }

  /** Documents with record numbers in [from, to), ascending or descending. */
  documents(from: number, to: number, descending: boolean, limit: number, bytesMax = Infinity): Row[] {
    const order = descending ? 'DESC' : 'ASC'
    const sql = `SELECT rid, doc FROM docs WHERE rid>=? AND rid<? ORDER BY rid ${order} LIMIT ?`
    return this.rowsUpTo(bytesMax, sql, from, to, limit, (row) => ({
      rid: integer(row[0]),
      doc: blob(row[1]),
    }))
  }

  /** The highest record number in [from, to), or `undefined` where there is none. */
  lastRid(from: number, to: number): number | undefined {
    const row = cells(this.prepared('SELECT max(rid) FROM docs WHERE rid>=? AND rid<?').get(from, to))
    return typeof row?.[0] === 'number' ? row[0] : undefined
  }

  /** Writes index entries; one statement for all of them, because a statement costs more than a row. */
  insertEntries(entries: readonly Entry[]): void {
    for (let from = 0; from < entries.length; from += entriesPerStatementMax) {
      const part =
        entries.length <= entriesPerStatementMax
          ? entries
          : entries.slice(from, from + entriesPerStatementMax)
      const values = Array<Buffer | number>(part.length * 2)
      for (let i = 0; i < part.length; i++) {
        const entry = part[i]
        if (!entry) continue
        values[i * 2] = entry.key
        values[i * 2 + 1] = entry.rid
      }
      this.entryStatement(part.length).run(...values)
      this.changes.add(rowStatements.insertEntry, values)
    }
  }

  /** Writes an entry unless it is there; used while an index is being built beside running writes. */
  insertEntryIfAbsent(key: Buffer, rid: number): void {
    this.change(rowStatements.insertEntryIfAbsent, key, rid)
  }

  deleteEntry(key: Buffer): void {
    this.change(rowStatements.deleteEntry, key)
  }

  /** The record number under exactly this key. */
  ridOf(key: Buffer): number | undefined {
    const row = cells(this.prepared('SELECT rid FROM idx WHERE k=?').get(key))
    return row && integer(row[0])
  }

  /** The document under exactly this key. */
  rowOf(key: Buffer): Row | undefined {
    const row = cells(
      this.prepared('SELECT idx.rid, doc FROM idx JOIN docs ON docs.rid=idx.rid WHERE k=?').get(key),
    )
    return row && { rid: integer(row[0]), doc: blob(row[1]) }
  }

  /** The entries and documents under exactly these keys (at most `exactKeysMax`), in the order of the keys. */
  rowsOf(keys: readonly Buffer[], descending: boolean): (Entry & Row)[] {
    const [only] = keys
    if (only && keys.length === 1) {
      const row = this.rowOf(only)
      return row ? [{ ...row, key: only }] : []
    }
    const order = descending ? 'DESC' : 'ASC'
    // One statement for many keys costs half of a statement for each; a key that is given twice is found once.
    const sql = `SELECT k, idx.rid, doc FROM idx JOIN docs ON docs.rid=idx.rid WHERE k IN (${exactKeyMarks}) ORDER BY k ${order}`
    const values = Array.from({ length: exactKeysMax }, (_, i) => keys[Math.min(i, keys.length - 1)] ?? noKey)
    return this.prepared(sql)
      .all(...values)
      .map((row) => cells(row) ?? [])
      .map((row) => ({ key: blob(row[0]), rid: integer(row[1]), doc: blob(row[2]) }))
  }

  /** Entries with keys in [from, to), ascending or descending. */
  entries(from: Buffer, to: Buffer, descending: boolean, limit: number): Entry[] {
    const order = descending ? 'DESC' : 'ASC'
    const sql = `SELECT k, rid FROM idx WHERE k>=? AND k<? ORDER BY k ${order} LIMIT ?`
    return this.rows(sql, from, to, limit, (row) => ({ key: blob(row[0]), rid: integer(row[1]) }))
  }

  /** Entries with keys in [from, to) together with their documents. */
  entriesWithDocuments(
    from: Buffer,
    to: Buffer,
    descending: boolean,
    limit: number,
    bytesMax = Infinity,
  ): (Entry & Row)[] {
    const order = descending ? 'DESC' : 'ASC'
    const sql = `SELECT k, idx.rid, doc FROM idx JOIN docs ON docs.rid=idx.rid WHERE k>=? AND k<? ORDER BY k ${order} LIMIT ?`
    return this.rowsUpTo(bytesMax, sql, from, to, limit, (row) => ({
      key: blob(row[0]),
      rid: integer(row[1]),
      doc: blob(row[2]),
    }))
  }

  /** Counts up to `limit` entries of [from, to) and tells where to go on (`undefined` when it is through). */
  countEntries(from: Buffer, to: Buffer, limit: number): { count: number; next: Buffer | undefined } {
    const sql = 'SELECT count(*), max(k) FROM (SELECT k FROM idx WHERE k>=? AND k<? ORDER BY k LIMIT ?)'
    const row = cells(this.prepared(sql).get(from, to, limit))
    const count = row ? integer(row[0]) : 0
    if (!row || count < limit) return { count, next: undefined }
    return { count, next: Buffer.concat([blob(row[1]), Buffer.of(0)]) }
  }

  /** Removes up to `limit` entries of [from, to); returns how many. */
  purgeEntries(from: Buffer, to: Buffer, limit: number): number {
    const sql = 'SELECT k FROM idx WHERE k>=? AND k<? ORDER BY k LIMIT 1 OFFSET ?'
    const next = cells(this.prepared(sql).get(from, to, limit))
    return this.change(rowStatements.deleteEntries, from, next ? blob(next[0]) : to)
  }

  /** Removes up to `limit` documents with record numbers in [from, to); returns how many. */
  purgeDocuments(from: number, to: number, limit: number): number {
    const sql = 'SELECT rid FROM docs WHERE rid>=? AND rid<? ORDER BY rid LIMIT 1 OFFSET ?'
    const next = cells(this.prepared(sql).get(from, to, limit))
    return this.change(rowStatements.deleteDocuments, from, next ? integer(next[0]) : to)
  }

  /** A number the store keeps about itself. */
  state(name: string): number | undefined {
    const row = cells(this.prepared('SELECT value FROM state WHERE name=?').get(name))
    return row && integer(row[0])
  }

  setState(name: string, value: number): void {
    this.change(rowStatements.setState, name, value)
  }

  /** Runs a statement that changes rows, as part of the batch; returns how many changed. */
  change(statement: RowStatement, ...values: Cell[]): number {
    const { changes } = this.prepared(statement.sql).run(...values)
    this.changes.add(statement, values)
    return Number(changes)
  }

  /** Begins a batch of changes that become durable together. */
  begin(): void {
    if (!this.sqlite.isTransaction) this.prepared('BEGIN IMMEDIATE').run()
    this.batchFrom = this.changes.length
  }

  /** Puts what has been done into the log; it is on disk when this returns. After a failure `takeBack` has to follow. */
  commit(): void {
    if (this.changes.isEmpty) return
    this.log.append(this.changes.record)
    this.changes.clear()
  }

  /** Undoes the batch that was begun last. What came before it stays, unless the disk takes nothing at all. */
  takeBack(): void {
    this.changes.cutTo(this.batchFrom)
    try {
      this.commit()
    } catch {
      // Nobody was promised that it is on disk, and whoever writes next hears that nothing can be.
    }
    this.recover()
  }

  /** How much of the log SQLite has not committed, in bytes. */
  get unsettledBytes(): number {
    return this.log.unsettledBytes
  }

  /** How much the log holds in all, in bytes. */
  get logBytes(): number {
    return this.log.bytes
  }

  /**
   * Lets SQLite commit what the log holds, without waiting for the disk: the log keeps it, because a loss of power may
   * take SQLite back to an earlier commit. After a failure `recover` has to follow.
   */
  settle(): void {
    this.commit()
    if (!this.sqlite.isTransaction) this.prepared('BEGIN IMMEDIATE').run()
    this.note('position', this.log.position)
    this.prepared('COMMIT').run()
    this.log.settled()
  }

  /** The same, and waits for the disk, so that the log begins anew. After a failure `recover` has to follow. */
  settleForGood(): void {
    this.settle()
    const salt = newSalt()
    this.sqlite.exec(commitsWaitForDisk)
    this.prepared('BEGIN IMMEDIATE').run()
    this.note('salt', salt)
    this.note('saltBefore', this.log.currentSalt)
    this.prepared('COMMIT').run()
    this.sqlite.exec(commitsDoNotWait)
    this.log.restart(salt)
  }

  /**
   * Brings everything to the end of the last batch that is on disk: goes back to SQLite's last commit and repeats what the
   * log holds after it. This is how the store starts, and how it takes back a batch that went wrong. (A savepoint per batch
   * would cost every batch a copy of each page it touches; SQLite itself takes back its whole transaction when a disk is
   * full.)
   * @throws LogUnusable
   */
  recover(): void {
    if (this.sqlite.isTransaction) this.sqlite.exec('ROLLBACK')
    this.sqlite.exec(commitsDoNotWait)
    this.changes.clear()
    const records = this.log.read(this.mark())
    if (records.length === 0) return
    this.prepared('BEGIN IMMEDIATE').run()
    try {
      for (const record of records) readRowChanges(record, (number, values) => this.redo(number, values))
    } catch (error) {
      const does = error instanceof RangeError || errorCode(error) === sqliteConstraint
      throw does ? new LogUnusable(`its log does not fit it: ${String(error)}`) : error
    }
  }

  /** Keeps a number that goes into SQLite with its next commit and not into the log. */
  note(name: string, value: number): void {
    this.prepared(rowStatements.setState.sql).run(name, value)
  }

  /** The complaints of SQLite's integrity check; empty when the file is sound. */
  integrityComplaints(): string[] {
    return this.sqlite
      .prepare('PRAGMA integrity_check(20)')
      .all()
      .map((row) => String(row['integrity_check']))
      .filter((line) => line !== 'ok')
  }

  /** Gives the log's space back; only right after `settle`. */
  emptyLog(): void {
    this.log.empty()
  }

  close(): void {
    this.sqlite.close()
    this.log.close()
  }

  private mark(): LogMark {
    return {
      position: this.state('position') ?? 0,
      salt: this.state('salt') ?? 0,
      saltBefore: this.state('saltBefore') ?? 0,
    }
  }

  private redo(number: number, values: Cell[]): void {
    if (number === rowStatements.insertEntry.number) {
      this.entryStatement(values.length / 2).run(...values)
      return
    }
    const sql = sqlByNumber.get(number)
    if (sql === undefined)
      throw new LogUnusable(`its log has a change of kind ${number}, which this version does not know`)
    this.prepared(sql).run(...values)
  }

  private rows<T>(
    sql: string,
    from: Buffer | number,
    to: Buffer | number,
    limit: number,
    read: (row: unknown[]) => T,
  ): T[] {
    return readRows(this.prepared(sql).all(from, to, limit), read)
  }

  /** Stops behind the row with which their documents come to so much. */
  private rowsUpTo<T extends Row>(
    bytesMax: number,
    sql: string,
    from: Buffer | number,
    to: Buffer | number,
    limit: number,
    read: (row: unknown[]) => T,
  ): T[] {
    let bytes = 0
    return readRows(
      this.prepared(sql).iterate(from, to, limit),
      read,
      ({ doc }) => (bytes += doc.length) >= bytesMax,
    )
  }

  private entryStatement(count: number): StatementSync {
    let statement = this.entryStatements[count]
    if (!statement) {
      // By default SQLite keeps a copy of each page such a statement touches, to take back half of it alone. Here an
      // error takes back the whole batch.
      statement = this.sqlite.prepare(
        `INSERT OR FAIL INTO idx VALUES ${Array(count).fill('(?,?)').join(',')}`,
      )
      this.entryStatements[count] = statement
    }
    return statement
  }
}

const sqliteConstraint = 19

/** SQLite's code for what went wrong, or 0 for an error of another kind. */
export function errorCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
}

const sqlByNumber = new Map<number, string>(
  Object.values(rowStatements).map(({ number, sql }) => [number, sql]),
)

/** Never 0, which a log that was never used is full of. */
function newSalt(): number {
  return randomBytes(6).readUIntBE(0, 6) + 1
}

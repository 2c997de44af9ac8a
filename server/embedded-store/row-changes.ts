import { copyBytes } from './copy-bytes.ts'

/** What one column of a changed row can be. */
export type Cell = string | number | Buffer | null

/** A statement that changes rows, under the number the redo log knows it by. */
export interface RowStatement {
  readonly number: number
  readonly sql: string
}

/**
 * Every statement that changes rows. Logs of earlier versions are replayed by these numbers: none is ever changed or
 * given away again.
 */
export const rowStatements = {
  insertDocument: { number: 1, sql: 'INSERT INTO docs VALUES(?,?)' },
  updateDocument: { number: 2, sql: 'UPDATE docs SET doc=?2 WHERE rid=?1' },
  deleteDocument: { number: 3, sql: 'DELETE FROM docs WHERE rid=?' },
  deleteDocuments: { number: 4, sql: 'DELETE FROM docs WHERE rid>=? AND rid<?' },
  /** Also stands for several entries in one statement. */
  insertEntry: { number: 5, sql: 'INSERT INTO idx VALUES (?,?)' },
  insertEntryIfAbsent: { number: 6, sql: 'INSERT OR IGNORE INTO idx VALUES(?,?)' },
  deleteEntry: { number: 7, sql: 'DELETE FROM idx WHERE k=?' },
  deleteEntries: { number: 8, sql: 'DELETE FROM idx WHERE k>=? AND k<?' },
  insertCollection: { number: 9, sql: 'INSERT INTO collections VALUES(?,?,0,0)' },
  updateDefinition: { number: 10, sql: 'UPDATE collections SET definition=?2 WHERE id=?1' },
  updateTotals: { number: 11, sql: 'UPDATE collections SET count=?2, bytes=?3 WHERE id=?1' },
  deleteCollection: { number: 12, sql: 'DELETE FROM collections WHERE id=?' },
  insertDropped: { number: 13, sql: 'INSERT INTO dropped VALUES(?,?)' },
  deleteDropped: { number: 14, sql: 'DELETE FROM dropped WHERE prefix=?' },
  keepSession: { number: 15, sql: 'INSERT OR REPLACE INTO sessions VALUES(?,?,?,?)' },
  deleteSessions: { number: 16, sql: 'DELETE FROM sessions WHERE at<?' },
  setState: { number: 17, sql: 'INSERT OR REPLACE INTO state VALUES(?,?)' },
} as const satisfies Record<string, RowStatement>

const startBytes = 64 * 1024
const keptBytesMax = 1024 * 1024

const nullCell = 0
const numberCell = 1
const bytesCell = 2
const textCell = 3

/** Row changes that go into the log together, written down one after the other behind room for a header. */
export class RowChanges {
  private bytes = Buffer.allocUnsafe(startBytes)
  private end: number
  private readonly headerBytes: number

  constructor(headerBytes: number) {
    this.headerBytes = headerBytes
    this.end = headerBytes
  }

  get isEmpty(): boolean {
    return this.end === this.headerBytes
  }

  /** The header's room and what was written down; valid until the next change. */
  get record(): Buffer {
    return this.bytes.subarray(0, this.end)
  }

  /** Where the next change will stand; `cutTo` forgets what has been written down since. */
  get length(): number {
    return this.end
  }

  cutTo(length: number): void {
    this.end = length
  }

  clear(): void {
    this.end = this.headerBytes
    if (this.bytes.length > keptBytesMax) this.bytes = Buffer.allocUnsafe(startBytes)
  }

  /** Writes down that this statement ran with these values. */
  add(statement: RowStatement, cells: readonly Cell[]): void {
    this.reserve(3)
    this.bytes[this.end++] = statement.number
    this.end = this.bytes.writeUInt16LE(cells.length, this.end)
    for (const cell of cells) this.addCell(cell)
  }

  private addCell(cell: Cell): void {
    if (typeof cell === 'number') {
      this.reserve(9)
      this.bytes[this.end] = numberCell
      this.end = this.bytes.writeDoubleLE(cell, this.end + 1)
      return
    }
    if (cell === null) {
      this.reserve(1)
      this.bytes[this.end++] = nullCell
      return
    }
    const isText = typeof cell === 'string'
    const body = isText ? Buffer.from(cell) : cell
    this.reserve(5 + body.length)
    this.bytes[this.end] = isText ? textCell : bytesCell
    this.end = this.bytes.writeUInt32LE(body.length, this.end + 1)
    this.end = copyBytes(body, 0, body.length, this.bytes, this.end)
  }

  private reserve(count: number): void {
    const needed = this.end + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.end)
    this.bytes = larger
  }
}

/** Reads back what `RowChanges` wrote down. Throws a RangeError where the bytes are something else. */
export function readRowChanges(bytes: Buffer, apply: (number: number, cells: Cell[]) => void): void {
  let at = 0
  while (at < bytes.length) {
    const number = bytes.readUInt8(at)
    const count = bytes.readUInt16LE(at + 1)
    const cells = Array<Cell>()
    at += 3
    for (let i = 0; i < count; i++) {
      const kind = bytes.readUInt8(at++)
      if (kind === nullCell) cells.push(null)
      else if (kind === numberCell) {
        cells.push(bytes.readDoubleLE(at))
        at += 8
      } else {
        const from = at + 4
        at = from + bytes.readUInt32LE(at)
        if (at > bytes.length) throw new RangeError('A row change is cut off.')
        cells.push(kind === textCell ? bytes.toString('utf8', from, at) : bytes.subarray(from, at))
      }
    }
    apply(number, cells)
  }
}

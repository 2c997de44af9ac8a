import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'

/** Where SQLite stood at a commit: what the log holds after it is still to be brought in. */
export interface LogMark {
  /** The number of the last record SQLite has. */
  readonly position: number
  /** What the records carry since the log began anew. */
  readonly salt: number
  /** What those before carried. */
  readonly saltBefore: number
}

/** The log cannot be what was written: acknowledged writes in it are unreadable, or it belongs to another file. */
export class LogUnusable extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LogUnusable'
  }
}

/** A log that grew larger than this gives the space back when it begins anew. */
const keptBytesMax = 128 * 1024 * 1024

const lengthAt = 0
const checksumAt = 4
const checkedFrom = 8
const positionAt = 8
const saltAt = 16

/** The room `append` needs at the beginning of a record. */
export const recordHeaderBytes = 24

/**
 * The file that makes a write durable before SQLite is told to commit: records of row changes, each synced to disk
 * before anybody hears of it. Once a commit of SQLite is on disk itself, the log begins anew at the front of the same
 * file, because writing over old blocks costs a third of making new ones. Which records count is told by the salt they
 * carry (new whenever it begins anew) and by their numbers, which follow each other without a gap.
 */
export class RedoLog {
  private readonly fd: number
  private end = 0
  private settledTo = 0
  private salt = 0
  private lastPosition = 0

  constructor(file: string) {
    this.fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600)
    // A new file is only there after a loss of power if its folder was synced; Windows cannot and need not.
    if (fstatSync(this.fd).size === 0 && process.platform !== 'win32') syncFolder(dirname(file))
  }

  /** The number of the last record. */
  get position(): number {
    return this.lastPosition
  }

  /** What its records carry. */
  get currentSalt(): number {
    return this.salt
  }

  /** How much it holds, in bytes. */
  get bytes(): number {
    return this.end
  }

  /** How much of that SQLite has not committed, in bytes. */
  get unsettledBytes(): number {
    return this.end - this.settledTo
  }

  /**
   * Reads the records that follow a commit of SQLite, and goes on after them. A last record that was never finished, and
   * so never acknowledged, is left out.
   * @throws LogUnusable
   */
  read(mark: LogMark): Buffer[] {
    const all = this.readAll()
    const chain = chainOf(all)
    const missing = chain.records.filter((record) => record.position > mark.position)
    const [next] = missing
    if (next && chain.salt !== mark.salt && chain.salt !== mark.saltBefore) throw foreign(next.position, mark)
    if (next && next.position !== mark.position + 1) throw damaged(mark.position + 1, next.position)

    // Where all of it is settled it still may not be written over before it begins anew.
    const goesOn = next !== undefined || (chain.salt === mark.salt && chain.last === mark.position)
    this.salt = next ? chain.salt : mark.salt
    this.end = goesOn ? chain.end : 0
    this.settledTo = next ? next.at : this.end
    this.lastPosition = mark.position + missing.length
    // A record is only begun when the one before it is on disk: one that comes later proves that this one was whole.
    for (const salt of [mark.salt, mark.saltBefore]) {
      const later = positionBehind(all, chain.end, salt, this.lastPosition)
      if (later !== undefined) throw damaged(this.lastPosition + 1, later)
    }
    return missing.map((record) => record.body)
  }

  /**
   * Writes a record; it is on disk when this returns. Its first `recordHeaderBytes` are filled in here. Where it fails,
   * nothing of it stays.
   */
  append(record: Buffer): void {
    record.writeUInt32LE(record.length - recordHeaderBytes, lengthAt)
    record.writeDoubleLE(this.lastPosition + 1, positionAt)
    record.writeDoubleLE(this.salt, saltAt)
    record.writeUInt32LE(crc32(record.subarray(checkedFrom)), checksumAt)
    try {
      for (let done = 0; done < record.length;) {
        done += writeSync(this.fd, record, done, record.length - done, this.end + done)
      }
      fdatasyncSync(this.fd)
    } catch (error) {
      ftruncateSync(this.fd, this.end)
      fdatasyncSync(this.fd)
      throw error
    }
    this.end += record.length
    this.lastPosition++
  }

  /** SQLite has committed everything, on disk or not. */
  settled(): void {
    this.settledTo = this.end
  }

  /** Begins anew after everything is in SQLite and on disk; the records of before are recognised by their salt. */
  restart(salt: number): void {
    if (this.end > keptBytesMax) ftruncateSync(this.fd, 0)
    this.salt = salt
    this.end = 0
    this.settledTo = 0
  }

  /** Gives the space back; only right after `restart`. */
  empty(): void {
    ftruncateSync(this.fd, 0)
  }

  close(): void {
    closeSync(this.fd)
  }

  private readAll(): Buffer {
    const all = Buffer.allocUnsafe(fstatSync(this.fd).size)
    let have = 0
    while (have < all.length) {
      const got = readSync(this.fd, all, have, all.length - have, have)
      if (got === 0) break
      have += got
    }
    return all.subarray(0, have)
  }
}

interface LogRecord {
  /** Where in the file it begins. */
  readonly at: number
  readonly position: number
  readonly salt: number
  readonly body: Buffer
}

/** The records at the front of the file, as far as they are whole, of one salt and follow each other. */
function chainOf(all: Buffer): { salt: number; records: LogRecord[]; last: number; end: number } {
  const records = Array<LogRecord>()
  const first = recordAt(all, 0)
  let end = 0
  for (let record = first; record; record = recordAt(all, end)) {
    if (record.salt !== first?.salt || record.position !== first.position + records.length) break
    records.push(record)
    end += recordHeaderBytes + record.body.length
  }
  return { salt: first?.salt ?? 0, records, last: records.at(-1)?.position ?? 0, end }
}

/** The record that begins here, if it is whole. */
function recordAt(all: Buffer, at: number): LogRecord | undefined {
  if (at + recordHeaderBytes > all.length) return undefined
  const from = at + recordHeaderBytes
  const to = from + all.readUInt32LE(at + lengthAt)
  if (to > all.length) return undefined
  if (crc32(all.subarray(at + checkedFrom, to)) !== all.readUInt32LE(at + checksumAt)) return undefined
  return {
    at,
    position: all.readDoubleLE(at + positionAt),
    salt: all.readDoubleLE(at + saltAt),
    body: all.subarray(from, to),
  }
}

/** The position of a whole record with this salt and a position past `past`, anywhere in the rest of the file. */
function positionBehind(all: Buffer, from: number, salt: number, past: number): number | undefined {
  const mark = Buffer.allocUnsafe(8)
  mark.writeDoubleLE(salt)
  for (let at = all.indexOf(mark, from + saltAt); at >= 0; at = all.indexOf(mark, at + 1)) {
    const record = recordAt(all, at - saltAt)
    if (record && record.position > past) return record.position
  }
  return undefined
}

function damaged(missing: number, found: number): LogUnusable {
  return new LogUnusable(`write ${missing} of its log is unreadable, but write ${found} after it is there`)
}

function foreign(found: number, mark: LogMark): LogUnusable {
  return new LogUnusable(
    `its log holds write ${found}, which does not follow from the file's own ${mark.position}: the two are not of the same time`,
  )
}

function syncFolder(dir: string): void {
  const folder = openSync(dir, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

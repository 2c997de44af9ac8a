import { newDoc, type Doc } from './bson-types.ts'
import type { Database } from './database.ts'
import { blob, cells, integer } from './sqlite-rows.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { StoreError } from './errors.ts'
import { asDoc, asNumber, isSet } from './read-value.ts'
import { rowStatements } from './row-changes.ts'

/** How far the last numbered write of a session has come. */
export interface Progress {
  /** The reply so far; final when `done`. */
  readonly reply: Doc
  /** How many of the command's operations are done. */
  readonly next: number
  readonly done: boolean
}

const forgottenAfterMs = 60 * 60_000

/**
 * What makes a retried write harmless: the outcome of the last numbered write of each session, kept in the same commit
 * as the write itself. A driver that lost the connection sends the same number again, even after a restart of the
 * store, and gets the first outcome.
 */
export class Sessions {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  /** What is known of this write. Throws where the session has already gone on to a later one. */
  progress(session: Buffer, txn: number): Progress | undefined {
    const row = cells(this.db.prepared('SELECT txn, progress FROM sessions WHERE id=?').get(session))
    if (!row) return undefined
    const last = integer(row[0])
    if (txn < last) {
      throw new StoreError(
        225,
        `Retryable write with txnNumber ${txn} is prohibited on this session because a newer one with txnNumber ${last} has already started.`,
      )
    }
    if (txn > last) return undefined
    const kept = decode(blob(row[1]))
    return {
      reply: asDoc(kept['reply']) ?? newDoc(),
      next: asNumber(kept['next']) ?? 0,
      done: isSet(kept['done']),
    }
  }

  /** Keeps the outcome; runs inside the write's transaction. */
  keep(session: Buffer, txn: number, progress: Buffer): void {
    this.db.change(rowStatements.keepSession, session, txn, progress, Date.now())
  }

  /** Forgets sessions that have not written for an hour; drivers give theirs up after half of that. */
  sweep(nowMs: number): void {
    this.db.change(rowStatements.deleteSessions, nowMs - forgottenAfterMs)
  }
}

/** An outcome as it is kept. Throws where the reply is nested too deep to be kept or sent. */
export function encodeProgress({ reply, next, done }: Progress): Buffer {
  const kept = newDoc()
  kept['reply'] = reply
  kept['next'] = next
  kept['done'] = done
  return encode(kept)
}

import type { Collection, Filter } from 'mongodb'
import type { DatabaseConnection } from './mongo.ts'

/** A row that is worked on at its hour, by one process at a time. */
export interface DueRow {
  _id: string
  /** When it is to be looked at; absent: not before somebody says so. */
  dueAt?: Date
  /** Whatever `dueAt` says: somebody asked to be left alone until then. */
  notBefore?: Date
  /** When somebody last asked for it out of turn. */
  wokenAt?: Date
  /** Who works on it, and until when that is believed. */
  leasedBy?: string
  leasedUntil?: Date
  /** Rises with every lease: what a former holder writes finds no row. */
  token: number
}

/** A lease on one row. */
export interface RowLease {
  id: string
  token: number
  until: Date
}

export interface DueRows {
  /** Takes what has been due longest; rows that another process works on are left alone. */
  claim(limit: number): Promise<RowLease[]>
  /** Takes this one, due or not; `undefined` while somebody works on it. */
  claimOne(id: string): Promise<RowLease | undefined>
  /**
   * Gives a row back and says when it is due next. One that was woken after `startedAt` stays due, because the work may
   * have looked too early.
   */
  giveBack(lease: RowLease, startedAt: Date, dueAt: Date | undefined): Promise<void>
}

const LEASE_FIELDS = { leasedBy: 1, leasedUntil: 1 } as const

/**
 * Shares rows with a due time among all processes. A lease that its holder did not give back (it was killed) ends by
 * itself; where no other process can exist, a predecessor's leases count for nothing.
 */
export function createDueRows(options: {
  database: DatabaseConnection
  collection: string
  processId: string
  exclusive: boolean
  leaseMs: number
  now: () => Date
}): DueRows {
  const { processId, exclusive, leaseMs, now } = options
  const rows: Collection<DueRow> = options.database.collection<DueRow>(options.collection)

  function isFree(at: Date): Filter<DueRow> {
    const free: Filter<DueRow>[] = [{ leasedUntil: { $exists: false } }, { leasedUntil: { $lte: at } }]
    return { $or: exclusive ? [...free, { leasedBy: { $ne: processId } }] : free }
  }

  function isDue(at: Date): Filter<DueRow> {
    return { dueAt: { $lte: at }, $or: [{ notBefore: { $exists: false } }, { notBefore: { $lte: at } }] }
  }

  async function take(id: string, conditions: Filter<DueRow>[], at: Date): Promise<RowLease | undefined> {
    const until = new Date(at.getTime() + leaseMs)
    const row = await rows.findOneAndUpdate(
      { _id: id, $and: conditions },
      { $set: { leasedBy: processId, leasedUntil: until }, $inc: { token: 1 } },
      { returnDocument: 'after', projection: { token: 1 } },
    )
    return row ? { id, token: row.token, until } : undefined
  }

  return {
    async claim(limit) {
      const at = now()
      const conditions = [isDue(at), isFree(at)]
      const due = await rows
        .find({ $and: conditions }, { projection: { _id: 1 } })
        .sort({ dueAt: 1 })
        .limit(limit)
        .toArray()
      const leases = await Promise.all(due.map(({ _id }) => take(_id, conditions, at)))
      return leases.flatMap((lease) => lease ?? [])
    },
    claimOne(id) {
      const at = now()
      return take(id, [isFree(at)], at)
    },
    async giveBack({ id, token }, startedAt, dueAt) {
      const woken = { _id: id, token, wokenAt: { $gt: startedAt } }
      const { matchedCount } = await rows.updateOne(woken, { $unset: LEASE_FIELDS })
      if (matchedCount === 1) return
      const change = dueAt
        ? { $set: { dueAt }, $unset: LEASE_FIELDS }
        : { $unset: { ...LEASE_FIELDS, dueAt: 1 as const } }
      await rows.updateOne({ _id: id, token }, change)
    },
  }
}

/** Frees the rows that a process which has ended was working on. */
export async function freeRowsOf(
  database: DatabaseConnection,
  collection: string,
  processId: string,
): Promise<void> {
  await database.collection<DueRow>(collection).updateMany({ leasedBy: processId }, { $unset: LEASE_FIELDS })
}

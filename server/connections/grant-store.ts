import type { Connection as Database } from 'mongoose'
import { connectionModel, toConnection } from './connection-store.ts'
import type { Connection } from './connection-store.ts'
import type { Grant } from './grant.ts'

/**
 * The tokens of all connections, changed by compare-and-swap: of several processes that renew the same tokens one does
 * it and the others read what it was given.
 */
export interface GrantStore {
  find(connectionId: string): Promise<Connection | undefined>
  /** Takes the right to renew what is there now; false where somebody else has it, or has renewed already. */
  claim(
    connectionId: string,
    revision: string | undefined,
    by: string,
    now: Date,
    until: Date,
  ): Promise<boolean>
  giveBack(connectionId: string, by: string): Promise<void>
  /** Writes over `revision` and nothing else, and gives the right back; false where something else is there by now. */
  replace(connectionId: string, revision: string | undefined, grant: Grant): Promise<boolean>
  /** Writes over whatever is there: a person has signed in, or out. */
  set(connectionId: string, grant: Grant | undefined): Promise<boolean>
  noteAccount(connectionId: string, account: string): Promise<void>
  /** The deliveries that waited for this sign-in have been woken. */
  noteWoken(connectionId: string, revision: string): Promise<void>
  /** Sign-ins before `before` whose deliveries may not have been woken. */
  toWake(before: Date, limit: number): Promise<Connection[]>
  /** What could be renewed and has not been since `before`, the longest ago first. */
  unused(before: Date, limit: number): Promise<Connection[]>
}

export function createGrantStore(database: Database): GrantStore {
  const model = connectionModel(database)
  const at = (revision: string | undefined) => ({ 'grant.revision': revision ?? { $exists: false } })
  return {
    async find(connectionId) {
      const doc = await model.findById(connectionId).lean()
      return doc ? toConnection(doc) : undefined
    },
    async claim(connectionId, revision, by, now, until) {
      const { modifiedCount } = await model.updateOne(
        {
          _id: connectionId,
          ...at(revision),
          $or: [{ grantLease: { $exists: false } }, { 'grantLease.until': { $lte: now } }],
        },
        { $set: { grantLease: { by, until } } },
      )
      return modifiedCount === 1
    },
    async giveBack(connectionId, by) {
      await model.updateOne({ _id: connectionId, 'grantLease.by': by }, { $unset: { grantLease: 1 } })
    },
    async replace(connectionId, revision, grant) {
      const { matchedCount } = await model.updateOne(
        { _id: connectionId, ...at(revision) },
        { $set: { grant }, $unset: { grantLease: 1 } },
      )
      return matchedCount === 1
    },
    async set(connectionId, grant) {
      const change = grant ? { $set: { grant } } : { $unset: { grant: 1 } }
      const { matchedCount } = await model.updateOne({ _id: connectionId }, change)
      return matchedCount === 1
    },
    async noteAccount(connectionId, account) {
      await model.updateOne(
        { _id: connectionId, grant: { $exists: true } },
        { $set: { 'grant.account': account } },
      )
    },
    async noteWoken(connectionId, revision) {
      await model.updateOne(
        { _id: connectionId, 'grant.revision': revision },
        { $unset: { 'grant.toWake': 1 } },
      )
    },
    async toWake(before, limit) {
      const docs = await model
        .find({ 'grant.toWake': true, 'grant.signedInAt': { $lte: before } })
        .limit(limit)
        .lean()
      return docs.map(toConnection)
    },
    async unused(before, limit) {
      const docs = await model
        .find({
          'grant.renewable': true,
          'grant.lost': { $exists: false },
          'grant.refreshedAt': { $lte: before },
        })
        .sort({ 'grant.refreshedAt': 1 })
        .limit(limit)
        .lean()
      return docs.map(toConnection)
    },
  }
}

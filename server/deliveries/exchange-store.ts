import { Schema } from 'mongoose'
import type { Collection } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import { modelOf } from '../platform/model.ts'

/** What went over the wire in one attempt, with every secret cut out. */
export interface AttemptExchanges {
  attemptId: string
  deliveryId: string
  workspaceId: string
  at: Date
  /** JSON text of the captured exchanges. */
  exchanges: string
}

export interface ExchangeDoc extends Omit<AttemptExchanges, 'attemptId'> {
  _id: string
}

const schema = new Schema<ExchangeDoc>(
  { _id: String, deliveryId: String, workspaceId: String, at: Date, exchanges: String },
  { versionKey: false, strict: 'throw' },
).index({ at: 1 })

export function exchangeModel(database: Database): Model<ExchangeDoc> {
  return modelOf<ExchangeDoc>(database, 'Exchange', schema, 'exchanges')
}

export function exchangeCollection(database: Database): Collection<ExchangeDoc> {
  return database.collection<ExchangeDoc>('exchanges')
}

export interface ExchangeStore {
  ofAttempt(attemptId: string): Promise<AttemptExchanges | undefined>
}

export function createExchangeStore(database: Database, workspaceId: string): ExchangeStore {
  const rows = exchangeCollection(database)
  return {
    async ofAttempt(attemptId) {
      const doc = await rows.findOne({ _id: attemptId, workspaceId })
      if (!doc) return undefined
      const { _id, ...rest } = doc
      return { attemptId: _id, ...rest }
    },
  }
}

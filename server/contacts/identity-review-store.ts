import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'

/** An event whose identifiers belong to several contacts. Nothing was taken from anybody; a person decides. */
export interface IdentityReview {
  id: string
  workspaceId: string
  eventId: string
  contactIds: string[]
  /** The contact that the event was counted to meanwhile. */
  chosenId: string
  at: Date
}

interface IdentityReviewDoc extends Omit<IdentityReview, 'id'> {
  _id: string
}

const schema = new Schema<IdentityReviewDoc>(
  { _id: String, workspaceId: String, eventId: String, contactIds: [String], chosenId: String, at: Date },
  { versionKey: false, strict: 'throw' },
).index({ workspaceId: 1, at: -1, _id: -1 })

export function identityReviewModel(database: Database): Model<IdentityReviewDoc> {
  return modelOf<IdentityReviewDoc>(database, 'IdentityReview', schema, 'identity_reviews')
}

export interface IdentityReviewStore {
  page(after: Cursor | undefined, limit: number): Promise<IdentityReview[]>
  count(limit: number): Promise<number>
  /** One per event; the same event coming by again changes nothing. */
  add(review: Omit<IdentityReview, 'id'>): Promise<void>
}

export function createIdentityReviewStore(database: Database, workspaceId: string): IdentityReviewStore {
  const model = identityReviewModel(database)
  return {
    async page(after, limit) {
      const docs = await model
        .find({ workspaceId, ...olderThan('at', after) })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .lean()
      return docs.map(({ _id, ...rest }) => ({ id: _id, ...rest }))
    },
    count: (limit) => model.countDocuments({ workspaceId }).limit(limit),
    async add(review) {
      await model.updateOne(
        { _id: review.eventId },
        { $setOnInsert: { ...review, workspaceId } },
        { upsert: true },
      )
    },
  }
}

import { Schema } from 'mongoose'
import type { Filter } from 'mongodb'
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
  decision?: ReviewDecision
}

/** What a person made of it. */
export interface ReviewDecision {
  /** Whose the identifiers are from now on; absent where everybody keeps their own. */
  belongsTo?: string
  decidedBy: string
  decidedAt: Date
}

interface IdentityReviewDoc extends Omit<IdentityReview, 'id'> {
  _id: string
  /** Set until somebody has decided, and what they decided is done. */
  open?: true
  /** What was decided and is being done. */
  claimed?: ReviewDecision
}

const decision = new Schema<ReviewDecision>(
  { belongsTo: String, decidedBy: String, decidedAt: Date },
  { _id: false, strict: 'throw' },
)

const schema = new Schema<IdentityReviewDoc>(
  {
    _id: String,
    workspaceId: String,
    eventId: String,
    contactIds: [String],
    chosenId: String,
    at: Date,
    decision,
    open: Boolean,
    claimed: decision,
  },
  { versionKey: false, strict: 'throw' },
)
  .index({ workspaceId: 1, at: -1, _id: -1 })
  .index({ workspaceId: 1, at: -1, _id: -1, open: 1 }, { partialFilterExpression: { open: true } })

export function identityReviewModel(database: Database): Model<IdentityReviewDoc> {
  return modelOf<IdentityReviewDoc>(database, 'IdentityReview', schema, 'identity_reviews')
}

/** Reviews from before they could be decided are open ones. */
export async function openIdentityReviews(database: Database): Promise<void> {
  const model = identityReviewModel(database)
  await model.createIndexes()
  await model.updateMany({ decision: { $exists: false } }, { $set: { open: true } })
}

export interface ReviewFilter {
  /** Only those that wait for somebody. */
  open?: boolean
  /** Only those about this contact. */
  contactId?: string
}

export interface IdentityReviewStore {
  find(id: string): Promise<IdentityReview | undefined>
  page(filter: ReviewFilter, after: Cursor | undefined, limit: number): Promise<IdentityReview[]>
  count(filter: ReviewFilter, limit: number): Promise<number>
  /** One per event; the same event coming by again changes nothing. */
  add(review: Omit<IdentityReview, 'id' | 'decision'>): Promise<void>
  /** What is to be done from now on: this, or what somebody decided before and has not been done; nothing where it has. */
  claim(id: string, decision: ReviewDecision): Promise<ReviewDecision | undefined>
  /** What was decided is done. */
  close(id: string, decision: ReviewDecision): Promise<void>
}

export function createIdentityReviewStore(database: Database, workspaceId: string): IdentityReviewStore {
  const rows = database.collection<IdentityReviewDoc>('identity_reviews')
  return {
    async find(id) {
      const doc = await rows.findOne({ _id: id, workspaceId })
      return doc ? toReview(doc) : undefined
    },
    async page(filter, after, limit) {
      const docs = await rows
        .find({ ...conditions(filter), ...olderThan('at', after) })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .toArray()
      return docs.map(toReview)
    },
    count: (filter, limit) => rows.countDocuments(conditions(filter), { limit }),
    async add(review) {
      await rows.updateOne(
        { _id: review.eventId },
        { $setOnInsert: { ...review, workspaceId, open: true } },
        { upsert: true },
      )
    },
    async claim(id, claimed) {
      const waiting = { _id: id, workspaceId, open: true } as const
      await rows.updateOne({ ...waiting, claimed: { $exists: false } }, { $set: { claimed } })
      return (await rows.findOne(waiting))?.claimed
    },
    async close(id, made) {
      await rows.updateOne(
        { _id: id, workspaceId, open: true },
        { $set: { decision: made }, $unset: { open: 1, claimed: 1 } },
      )
    },
  }

  function conditions({ open, contactId }: ReviewFilter): Filter<IdentityReviewDoc> {
    return {
      workspaceId,
      ...(open === undefined ? {} : open ? { open: true } : { open: { $exists: false } }),
      ...(contactId === undefined ? {} : { contactIds: contactId }),
    }
  }
}

function toReview({ _id, open: _open, claimed: _claimed, ...rest }: IdentityReviewDoc): IdentityReview {
  return { id: _id, ...rest }
}

import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import { isDuplicate } from '../platform/is-duplicate.ts'
import { modelOf } from '../platform/model.ts'

/** That the hub waits for its first owner. The link itself is made from `nonce` with the hub's key and stored nowhere. */
export interface SetUpOffer {
  nonce: string
  expiresAt: Date
}

interface SetUpDoc extends SetUpOffer {
  _id: string
  /** The address of who is using the link: nobody else can from then on. */
  takenBy?: string
}

const schema = new Schema<SetUpDoc>(
  { _id: String, nonce: String, expiresAt: Date, takenBy: String },
  { versionKey: false, strict: 'throw' },
)

const ONE = 'set_up'

export function setUpModel(database: Database): Model<SetUpDoc> {
  return modelOf<SetUpDoc>(database, 'SetUp', schema, 'set_up')
}

export interface SetUpStore {
  find(): Promise<SetUpOffer | undefined>
  /** Makes the offer, in place of one that has expired; of several processes one wins. Returns the one that stands. */
  offer(fresh: SetUpOffer, now: Date): Promise<SetUpOffer>
  /** True for the first person, and for the same one again. */
  take(nonce: string, email: string): Promise<boolean>
  close(): Promise<void>
}

export function createSetUpStore(database: Database): SetUpStore {
  const model = setUpModel(database)
  const find = async (): Promise<SetUpOffer | undefined> => {
    const doc = await model.findById(ONE).lean()
    return doc ? { nonce: doc.nonce, expiresAt: doc.expiresAt } : undefined
  }
  return {
    find,
    async offer(fresh, now) {
      try {
        await model.updateOne(
          { _id: ONE, expiresAt: { $lte: now } },
          { $set: fresh, $unset: { takenBy: 1 } },
          { upsert: true },
        )
      } catch (err) {
        // One that still stands: the condition passes over it.
        if (!isDuplicate(err)) throw err
      }
      return (await find()) ?? fresh
    },
    async take(nonce, email) {
      const { matchedCount } = await model.updateOne(
        { _id: ONE, nonce, $or: [{ takenBy: { $exists: false } }, { takenBy: email }] },
        { $set: { takenBy: email } },
      )
      return matchedCount === 1
    },
    async close() {
      await model.deleteOne({ _id: ONE })
    },
  }
}

import type { Connection as Database } from 'mongoose'

/** A sign-in that somebody has begun, until the vendor sends them back. */
export interface PendingSignIn {
  /** SHA-256 of the `state` that the vendor hands back. */
  stateHash: string
  /** SHA-256 of what the browser that began it keeps in a cookie. */
  browserHash: string
  connectionId: string
  workspaceId: string
  /** What is signed in to, as `sourceName` has it: a code is redeemed nowhere else. */
  source: string
  /** Sealed: whoever knows it can redeem the vendor's code (RFC 7636). */
  codeVerifier: string
  startedBy: { id: string; name: string }
  expiresAt: Date
}

type PendingSignInDoc = Omit<PendingSignIn, 'stateHash'> & { _id: string }

/** Sign-ins under way, of all workspaces: whose one is, only its `state` says. */
export interface PendingSignInStore {
  add(pending: PendingSignIn): Promise<void>
  /** Takes it out: each can be finished once. Those out of date are found too, for an hour, so that it can be said. */
  take(stateHash: string): Promise<PendingSignIn | undefined>
}

export function createPendingSignInStore(database: Database): PendingSignInStore {
  const collection = database.collection<PendingSignInDoc>('pending_sign_ins')
  return {
    async add({ stateHash, ...rest }) {
      await collection.insertOne({ _id: stateHash, ...rest })
    },
    async take(stateHash) {
      const doc = await collection.findOneAndDelete({ _id: stateHash })
      if (!doc) return undefined
      const { _id, ...rest } = doc
      return { stateHash: _id, ...rest }
    },
  }
}

/** Those that were never finished go by themselves. */
export async function ensurePendingSignInIndexes(database: Database): Promise<void> {
  await database
    .collection('pending_sign_ins')
    .createIndexes([{ key: { expiresAt: 1 }, expireAfterSeconds: 3_600 }])
}

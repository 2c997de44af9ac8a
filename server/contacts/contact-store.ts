import { Schema } from 'mongoose'
import type { Collection, Filter } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { isDuplicate } from '../platform/is-duplicate.ts'
import { modelOf } from '../platform/model.ts'

/** One of the names by which a person is known to some tool. */
export interface Identity {
  type: 'external_id' | 'email' | 'phone' | 'anonymous_id'
  /** The connection an external or anonymous id belongs to; empty for email and phone, which are the same everywhere. */
  namespace: string
  value: string
  firstSeenAt: Date
  source: string
}

/** A field's value with where and when it came from: an older fact that arrives late does not overwrite it. */
export interface FieldValue {
  value: unknown
  source: string
  changedAt: string
}

/** A person across all tools. */
export interface Contact {
  id: string
  workspaceId: string
  identities: Identity[]
  email?: string
  phone?: string
  /** Dotted names of the contact model (`first_name`, `company.name`, `fields.plan`) with their values. */
  profile: Record<string, FieldValue>
  tags: string[]
  /** Raised with every change. */
  revision: number
  /** Set on the loser of a merge: everything addressed to it means this contact. */
  redirectTo?: string
  createdAt: Date
  updatedAt: Date
}

export interface ContactDoc extends Omit<Contact, 'id' | 'profile' | 'identities'> {
  _id: string
  /** JSON text: custom fields carry the user's own names. */
  profile: string
  identities: Identity[]
  /** `type:namespace:value` of each identity: one write claims all of them, and none can be claimed twice. */
  identityKeys: string[]
}

const identity = new Schema<Identity>(
  { type: { type: String }, namespace: String, value: String, firstSeenAt: Date, source: String },
  { _id: false, strict: 'throw' },
)

const schema = new Schema<ContactDoc>(
  {
    _id: String,
    workspaceId: String,
    identities: [identity],
    identityKeys: [String],
    email: String,
    phone: String,
    profile: String,
    tags: [String],
    revision: Number,
    redirectTo: String,
    createdAt: Date,
    updatedAt: Date,
  },
  { versionKey: false, strict: 'throw' },
)
  .index(
    { workspaceId: 1, identityKeys: 1 },
    // A merged contact gives its identities up; only live ones claim.
    { unique: true, partialFilterExpression: { identityKeys: { $exists: true } } },
  )
  .index({ workspaceId: 1, updatedAt: -1, _id: -1 })

export function contactModel(database: Database): Model<ContactDoc> {
  return modelOf<ContactDoc>(database, 'Contact', schema, 'contacts')
}

/** The collection itself, for the pipeline, which writes in batches. */
export function contactCollection(database: Database): Collection<ContactDoc> {
  return database.collection<ContactDoc>('contacts')
}

export function identityKey({
  type,
  namespace,
  value,
}: Pick<Identity, 'type' | 'namespace' | 'value'>): string {
  return `${type}:${namespace}:${value}`
}

/** The contacts of one workspace. */
export interface ContactStore {
  find(id: string): Promise<Contact | undefined>
  findMany(ids: readonly string[]): Promise<Contact[]>
  findByAddress(type: 'email' | 'phone', value: string): Promise<Contact | undefined>
  /** Everybody whom one of these keys belongs to. */
  findByIdentities(keys: readonly string[]): Promise<Contact[]>
  page(after: Cursor | undefined, limit: number): Promise<Contact[]>
  count(limit: number): Promise<number>
  /** Writes a contact anew; false where it is no longer at `revision`, or one of its identities is somebody else's. */
  replace(contact: Contact, revision: number): Promise<boolean>
}

export function createContactStore(database: Database, workspaceId: string): ContactStore {
  const contacts = contactCollection(database)
  const live: Filter<ContactDoc> = { workspaceId, redirectTo: { $exists: false } }
  return {
    async find(id) {
      const doc = await contacts.findOne({ _id: id, workspaceId })
      return doc ? toContact(doc) : undefined
    },
    findMany: async (ids) =>
      (await contacts.find({ _id: { $in: [...ids] }, workspaceId }).toArray()).map(toContact),
    async findByAddress(type, value) {
      const key = identityKey({ type, namespace: '', value })
      const doc = await contacts.findOne({ workspaceId, identityKeys: key })
      return doc ? toContact(doc) : undefined
    },
    async findByIdentities(keys) {
      const docs = await contacts.find({ workspaceId, identityKeys: { $in: [...keys] } }).toArray()
      return docs.map(toContact)
    },
    async page(after, limit) {
      const docs = await contacts
        .find({ $and: [live, olderThan('updatedAt', after)] })
        .sort({ updatedAt: -1, _id: -1 })
        .limit(limit)
        .toArray()
      return docs.map(toContact)
    },
    count: (limit) => contacts.countDocuments(live, { limit }),
    async replace(contact, revision) {
      const { _id, identityKeys, ...fields } = toContactDoc(contact)
      try {
        const { matchedCount } = await contacts.updateOne(
          { _id, workspaceId, revision },
          {
            $set: { ...fields, ...(identityKeys.length > 0 ? { identityKeys } : {}) },
            $unset: {
              ...(contact.email ? {} : { email: 1 }),
              ...(contact.phone ? {} : { phone: 1 }),
              // Two contacts without a name would have the same one: nothing.
              ...(identityKeys.length > 0 ? {} : { identityKeys: 1 }),
            },
          },
        )
        return matchedCount === 1
      } catch (err) {
        if (isDuplicate(err)) return false
        throw err
      }
    },
  }
}

export function toContact(doc: ContactDoc): Contact {
  const { _id, profile, identityKeys: _keys, ...rest } = doc
  return { id: _id, ...rest, profile: JSON.parse(profile) }
}

export function toContactDoc(contact: Contact): ContactDoc {
  const { id, profile, ...rest } = contact
  return {
    _id: id,
    ...rest,
    profile: JSON.stringify(profile),
    identityKeys: contact.identities.map(identityKey),
  }
}

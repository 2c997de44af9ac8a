import { Schema } from 'mongoose'
import type { Collection } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import { insertNew } from '../platform/insert-new.ts'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'

/** What one event changed about a contact. Never changed and never removed but by erasure. */
export interface ContactChange {
  id: string
  workspaceId: string
  contactId: string
  eventId: string
  source: string
  /** The contact's revision after the change. */
  revision: number
  changes: { field: string; old: unknown; new: unknown }[]
  at: Date
}

export interface ContactChangeDoc extends Omit<ContactChange, 'id' | 'changes'> {
  _id: string
  changes: string
}

const schema = new Schema<ContactChangeDoc>(
  {
    _id: String,
    workspaceId: String,
    contactId: String,
    eventId: String,
    source: String,
    revision: Number,
    changes: String,
    at: Date,
  },
  { versionKey: false, strict: 'throw' },
).index({ contactId: 1, at: -1, _id: -1 })

export function contactChangeModel(database: Database): Model<ContactChangeDoc> {
  return modelOf<ContactChangeDoc>(database, 'ContactChange', schema, 'contact_changes')
}

export function contactChangeCollection(database: Database): Collection<ContactChangeDoc> {
  return database.collection<ContactChangeDoc>('contact_changes')
}

export interface ContactChangeStore {
  page(contactId: string, after: Cursor | undefined, limit: number): Promise<ContactChange[]>
  count(contactId: string, limit: number): Promise<number>
  /** One that is there already stays as it is. */
  add(change: Omit<ContactChange, 'workspaceId'>): Promise<void>
}

export function createContactChangeStore(database: Database, workspaceId: string): ContactChangeStore {
  const rows = contactChangeCollection(database)
  return {
    async page(contactId, after, limit) {
      const docs = await rows
        .find({ workspaceId, contactId, ...olderThan('at', after) })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .toArray()
      return docs.map(({ _id, changes, ...rest }) => ({ id: _id, ...rest, changes: JSON.parse(changes) }))
    },
    count: (contactId, limit) => rows.countDocuments({ workspaceId, contactId }, { limit }),
    async add({ id, changes, ...rest }) {
      await insertNew(rows, [{ _id: id, ...rest, workspaceId, changes: JSON.stringify(changes) }])
    },
  }
}

import { Schema } from 'mongoose'
import type { Connection as Database, Model, QueryFilter } from 'mongoose'
import { USER_AGENT_LENGTH_MAX } from './open-session.ts'
import type { NewId } from '../platform/ids.ts'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'

/** Who changed what, from where. Never changed and never removed. */
export interface AuditEntry {
  id: string
  workspaceId: string
  at: Date
  /** The caller's id: a user, a token, or `operator`. */
  actor: string
  actorName: string
  /** The mutation, such as `publishFlow`. */
  action: string
  /** The id of what was changed. */
  subject: string
  /** `done`, or the code of the reason why nothing was changed. */
  outcome: string
  address: string
  /** What the browser or program calls itself; absent in entries of earlier releases. */
  userAgent?: string
}

/** No id is longer; nothing removes an entry, and one of megabytes would keep the log from being read. */
const SUBJECT_LENGTH_MAX = 500

interface AuditDoc extends Omit<AuditEntry, 'id'> {
  _id: string
}

const schema = new Schema<AuditDoc>(
  {
    _id: String,
    workspaceId: String,
    at: Date,
    actor: String,
    actorName: String,
    action: String,
    subject: String,
    outcome: String,
    address: String,
    userAgent: String,
  },
  { versionKey: false, strict: 'throw' },
).index({ workspaceId: 1, at: -1, _id: -1 })

export function auditModel(database: Database): Model<AuditDoc> {
  return modelOf<AuditDoc>(database, 'AuditEntry', schema, 'audit_log')
}

export interface AuditStore {
  add(entry: Omit<AuditEntry, 'id' | 'at' | 'workspaceId'>): Promise<void>
  /** The entries that a filter lets through, newest first. */
  matching(filter: AuditFilter): {
    page(after: Cursor | undefined, limit: number): Promise<AuditEntry[]>
    count(limit: number): Promise<number>
  }
}

/** All that is given has to hold. */
export interface AuditFilter {
  actor?: string | null | undefined
  action?: string | null | undefined
  subject?: string | null | undefined
  from?: Date | null | undefined
  to?: Date | null | undefined
}

export function createAuditStore(
  database: Database,
  workspaceId: string,
  newId: NewId,
  now: () => Date,
): AuditStore {
  const model = auditModel(database)
  return {
    async add({ userAgent, subject, ...entry }) {
      // What callers call themselves and name is theirs to choose, and its length too.
      const cut = userAgent?.slice(0, USER_AGENT_LENGTH_MAX)
      const named = cut === undefined ? {} : { userAgent: cut }
      const about = subject.slice(0, SUBJECT_LENGTH_MAX)
      await model.create({ _id: newId('aud'), workspaceId, at: now(), ...entry, subject: about, ...named })
    },
    matching(filter) {
      const condition = { workspaceId, ...conditionOf(filter) }
      return {
        async page(after, limit) {
          const docs = await model
            .find({ $and: [condition, olderThan('at', after)] })
            .sort({ at: -1, _id: -1 })
            .limit(limit)
            .lean()
          return docs.map(({ _id, ...rest }) => ({ id: _id, ...rest }))
        },
        count: (limit) => model.countDocuments(condition).limit(limit),
      }
    },
  }
}

function conditionOf({ actor, action, subject, from, to }: AuditFilter): QueryFilter<AuditDoc> {
  const at = { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) }
  return {
    ...(isGiven(actor) ? { actor } : {}),
    ...(isGiven(action) ? { action } : {}),
    ...(isGiven(subject) ? { subject } : {}),
    ...(from || to ? { at } : {}),
  }
}

/** What is empty is given too: few entries or none have it, which is not the same as every one. */
function isGiven(value: string | null | undefined): boolean {
  return value !== undefined && value !== null
}

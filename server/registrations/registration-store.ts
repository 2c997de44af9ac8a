import { Schema } from 'mongoose'
import type { Collection } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import type { Reason } from '../errors.ts'
import type { DueRow } from '../platform/due-rows.ts'
import { modelOf } from '../platform/model.ts'

/**
 * - `none`: not set up; `reason` says what is in the way, if anything is.
 * - `registering`: being set up, or about to be.
 * - `active`: the vendor has it.
 * - `failing`: the last try failed; the next comes by itself.
 * - `removing`: being taken away.
 * - `removed`: a person had it taken away.
 */
export const registrationStates = ['none', 'registering', 'active', 'failing', 'removing', 'removed'] as const
export type RegistrationState = (typeof registrationStates)[number]

/** A connection's webhook as it is set up at the vendor by the hub. */
export interface Registration {
  id: string
  workspaceId: string
  connectionId: string
  connectorId: string
  /** Of the connection; still there when the connection is not. */
  name: string
  /** A calendar; empty where there is but one webhook. */
  subject: string
  state: RegistrationState
  /** A person does not want it. */
  isOff: boolean
  registeredAt?: Date
  /** When the vendor lets it end, unless it is renewed before. */
  expiresAt?: Date
  /** When the vendor was last asked whether it still works. */
  checkedAt?: Date
  dueAt?: Date
  failures: number
  /** What is in the way, or why the last try failed. */
  reason?: Reason
  createdAt: Date
}

export interface RegistrationDoc extends Omit<Registration, 'id'>, DueRow {
  /** SHA-256 of the address that the vendor was given: the address itself is a secret. */
  urlPrint?: string
  /** The vendor's address at which `vendorState` and `former` mean something: another account has other webhooks. */
  standsAt?: string
  /** What the connector needs to find it again, as JSON text. */
  vendorState?: string
  /** Webhooks that are to be taken away once another stands in their place, as JSON texts. */
  former: string[]
  /** The name of a try under way, kept until its outcome is known. */
  tryId?: string
  /** To be set up anew, whatever stands. */
  again?: true
  /** The subject is no longer among those that the credentials name. */
  isSurplus?: true
  /** The deleted connection, as far as the vendor cannot be asked without it. Credentials and key are sealed. */
  farewell?: { credentials: string; hookKey: string; apiUrl?: string }
}

const schema = new Schema<RegistrationDoc>(
  {
    _id: String,
    workspaceId: String,
    connectionId: String,
    connectorId: String,
    name: String,
    subject: String,
    state: String,
    isOff: Boolean,
    registeredAt: Date,
    expiresAt: Date,
    checkedAt: Date,
    dueAt: Date,
    notBefore: Date,
    wokenAt: Date,
    leasedBy: String,
    leasedUntil: Date,
    token: Number,
    failures: Number,
    reason: Schema.Types.Mixed,
    createdAt: Date,
    urlPrint: String,
    standsAt: String,
    vendorState: String,
    former: [String],
    tryId: String,
    again: Boolean,
    isSurplus: Boolean,
    farewell: new Schema({ credentials: String, hookKey: String, apiUrl: String }, { _id: false }),
  },
  { versionKey: false, strict: 'throw' },
)
  .index({ connectionId: 1, subject: 1 }, { unique: true })
  .index({ dueAt: 1 })

export const REGISTRATIONS = 'registrations'

export function registrationModel(database: Database): Model<RegistrationDoc> {
  return modelOf<RegistrationDoc>(database, 'Registration', schema, REGISTRATIONS)
}

/** The collection itself, for the work on due registrations of all workspaces. */
export function registrationCollection(database: Database): Collection<RegistrationDoc> {
  return database.collection<RegistrationDoc>(REGISTRATIONS)
}

/** The registrations of one workspace. */
export interface RegistrationStore {
  ofConnection(connectionId: string): Promise<Registration[]>
  /** Those whose connection is deleted and that are still at the vendor. */
  left(limit: number): Promise<Registration[]>
  /** Has them set up anew, also where a person had taken them away. */
  registerAgain(connectionId: string, at: Date): Promise<void>
  /** Has them taken away. */
  switchOff(connectionId: string, at: Date): Promise<void>
  /** Has the vendor asked about them: something about the connection has changed. */
  lookAgain(connectionId: string, at: Date): Promise<void>
}

export function createRegistrationStore(database: Database, workspaceId: string): RegistrationStore {
  const rows = registrationCollection(database)
  const due = (at: Date) => ({ dueAt: at, wokenAt: at })
  return {
    ofConnection: async (connectionId) =>
      (
        await rows
          .find({ connectionId, workspaceId, isSurplus: { $exists: false } })
          .sort({ subject: 1 })
          .toArray()
      ).map(toRegistration),
    left: async (limit) =>
      (
        await rows
          .find({ workspaceId, farewell: { $exists: true } })
          .limit(limit)
          .toArray()
      ).map(toRegistration),
    async registerAgain(connectionId, at) {
      await rows.updateMany(
        { connectionId, workspaceId, isSurplus: { $exists: false } },
        {
          $set: { isOff: false, again: true, state: 'registering', failures: 0, ...due(at) },
          $unset: { reason: 1, notBefore: 1 },
        },
      )
    },
    async switchOff(connectionId, at) {
      await rows.updateMany(
        { connectionId, workspaceId },
        {
          $set: { isOff: true, state: 'removing', failures: 0, ...due(at) },
          $unset: { reason: 1, notBefore: 1 },
        },
      )
    },
    async lookAgain(connectionId, at) {
      await rows.updateMany(
        { connectionId, workspaceId, isOff: false },
        { $set: { failures: 0, ...due(at) }, $unset: { checkedAt: 1, notBefore: 1 } },
      )
    },
  }
}

function toRegistration(doc: RegistrationDoc): Registration {
  const {
    _id,
    notBefore: _notBefore,
    wokenAt: _wokenAt,
    leasedBy: _leasedBy,
    leasedUntil: _leasedUntil,
    token: _token,
    urlPrint: _urlPrint,
    standsAt: _standsAt,
    vendorState: _vendorState,
    former: _former,
    tryId: _tryId,
    again: _again,
    isSurplus: _isSurplus,
    farewell: _farewell,
    ...rest
  } = doc
  return { id: _id, ...rest }
}

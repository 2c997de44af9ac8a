import type { Connection } from 'mongoose'
import { auditModel } from './accounts/audit-store.ts'
import { invitationModel } from './accounts/invitation-store.ts'
import { memberModel } from './accounts/member-store.ts'
import { sessionModel } from './accounts/session-store.ts'
import { setUpModel } from './accounts/set-up-store.ts'
import { SIGN_IN_LIMITS } from './accounts/sign-in-limit-store.ts'
import { tokenModel } from './accounts/token-store.ts'
import { userModel } from './accounts/user-store.ts'
import { connectionModel } from './connections/connection-store.ts'
import { ensurePendingSignInIndexes } from './connections/pending-sign-in-store.ts'
import { contactChangeModel } from './contacts/contact-change-store.ts'
import { contactModel } from './contacts/contact-store.ts'
import { identityReviewModel, openIdentityReviews } from './contacts/identity-review-store.ts'
import { deliveryModel, replaceDeliveryIndexes } from './deliveries/delivery-store.ts'
import { exchangeModel } from './deliveries/exchange-store.ts'
import { eventModel } from './events/event-store.ts'
import { flowModel, flowVersionModel } from './flows/flow-store.ts'
import { mappingModel, mappingVersionModel } from './mappings/mapping-store.ts'
import { ensureQueueIndexes } from './platform/queue.ts'
import { knownThingCollection } from './pipeline/known-things.ts'
import type { Migration } from './platform/schema-version.ts'
import { pollModel } from './polls/poll-store.ts'
import { problemSnoozeModel } from './problems/problem-snooze-store.ts'
import { receiptModel, replaceReceiptIndexes } from './receipts/receipt-store.ts'
import { registrationModel } from './registrations/registration-store.ts'
import { replayModel } from './replays/replay-store.ts'
import { replaceRunIndex, runModel } from './runs/run-store.ts'
import { viewModel } from './views/view-store.ts'
import { workspaceModel } from './workspaces/workspace-store.ts'

/** What the first release begins with. */
const firstModels = [
  auditModel,
  connectionModel,
  contactChangeModel,
  contactModel,
  deliveryModel,
  eventModel,
  exchangeModel,
  flowModel,
  flowVersionModel,
  identityReviewModel,
  mappingModel,
  mappingVersionModel,
  receiptModel,
  replayModel,
  runModel,
  tokenModel,
  workspaceModel,
]

/** People, and how they come in. */
const accountModels = [invitationModel, memberModel, sessionModel, setUpModel, userModel]

/** The steps from an empty database to this release's, oldest first. A released step is never edited. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'collections and indexes', run: createCollections },
  { version: 2, name: 'accounts', run: createAccounts },
  { version: 3, name: 'sign-ins under way at vendors', run: ensurePendingSignInIndexes },
  { version: 4, name: 'polls', run: createPolls },
  { version: 5, name: 'registrations', run: (connection) => create(connection, [registrationModel]) },
  { version: 6, name: 'identity reviews that wait', run: openIdentityReviews },
  { version: 7, name: 'runs of a flow in a time', run: replaceRunIndex },
  {
    version: 8,
    name: 'requests that were not taken in',
    run: (connection) => create(connection, [receiptModel]),
  },
  { version: 9, name: 'snoozes', run: (connection) => create(connection, [problemSnoozeModel]) },
  { version: 10, name: 'views', run: (connection) => create(connection, [viewModel]) },
  { version: 11, name: 'fewer index entries', run: replaceStateIndexes },
  {
    version: 12,
    name: 'events that a pause kept out',
    run: (connection) => create(connection, [eventModel]),
  },
]

async function createCollections(connection: Connection): Promise<void> {
  await create(connection, firstModels)
  await connection.collection('send_budgets').createIndexes([{ key: { until: 1 }, expireAfterSeconds: 0 }])
  await connection.collection('live_news').createIndexes([{ key: { at: 1 }, expireAfterSeconds: 60 }])
  await ensureQueueIndexes(connection)
}

async function createAccounts(connection: Connection): Promise<void> {
  await create(connection, accountModels)
  await connection.collection(SIGN_IN_LIMITS).createIndexes([
    { key: { key: 1 }, unique: true },
    { key: { expire: -1 }, expireAfterSeconds: 0 },
  ])
}

async function create(
  connection: Connection,
  models: readonly ((connection: Connection) => {
    createCollection(): Promise<unknown>
    createIndexes(): Promise<unknown>
  })[],
): Promise<void> {
  for (const model of models) {
    const made = model(connection)
    await made.createCollection()
    await made.createIndexes()
  }
}

async function replaceStateIndexes(connection: Connection): Promise<void> {
  await replaceDeliveryIndexes(connection)
  await replaceReceiptIndexes(connection)
}

async function createPolls(connection: Connection): Promise<void> {
  const polls = pollModel(connection)
  await polls.createCollection()
  await polls.createIndexes()
  // Which ones a connection has not heard of for longest.
  await knownThingCollection(connection).createIndexes([{ key: { connectionId: 1, at: 1 } }])
}

import type { Connection } from 'mongoose'
import { auditModel } from './accounts/audit-store.ts'
import { tokenModel } from './accounts/token-store.ts'
import { connectionModel } from './connections/connection-store.ts'
import { contactChangeModel } from './contacts/contact-change-store.ts'
import { contactModel } from './contacts/contact-store.ts'
import { identityReviewModel } from './contacts/identity-review-store.ts'
import { deliveryModel } from './deliveries/delivery-store.ts'
import { exchangeModel } from './deliveries/exchange-store.ts'
import { eventModel } from './events/event-store.ts'
import { flowModel, flowVersionModel } from './flows/flow-store.ts'
import { mappingModel, mappingVersionModel } from './mappings/mapping-store.ts'
import { ensureQueueIndexes } from './platform/queue.ts'
import type { Migration } from './platform/schema-version.ts'
import { receiptModel } from './receipts/receipt-store.ts'
import { replayModel } from './replays/replay-store.ts'
import { runModel } from './runs/run-store.ts'
import { workspaceModel } from './workspaces/workspace-store.ts'

/** Every collection with a schema of its own. */
const models = [
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

/** The steps from an empty database to this release's, oldest first. A released step is never edited. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'collections and indexes', run: createCollections },
]

async function createCollections(connection: Connection): Promise<void> {
  for (const model of models) {
    const made = model(connection)
    await made.createCollection()
    await made.createIndexes()
  }
  await connection.collection('send_budgets').createIndexes([{ key: { until: 1 }, expireAfterSeconds: 0 }])
  await connection.collection('live_news').createIndexes([{ key: { at: 1 }, expireAfterSeconds: 60 }])
  await ensureQueueIndexes(connection)
}

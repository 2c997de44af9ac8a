import type { Collection, Filter } from 'mongodb'
import { connectionModel } from './connections/connection-store.ts'
import { deliveryCollection } from './deliveries/delivery-store.ts'
import { exchangeCollection } from './deliveries/exchange-store.ts'
import type { HubDeps } from './deps.ts'
import { allPartitions } from './platform/partition.ts'
import { pruneRefused } from './receipts/prune-refused.ts'
import { receiptCollection } from './receipts/receipt-store.ts'
import type { Workspace } from './workspaces/workspace-store.ts'

const DAY_MS = 86_400_000
const PAGE = 500

/**
 * Makes the job that removes what is older than each workspace keeps it. Nothing unfinished goes, whatever its age;
 * events and what changed about contacts stay until a contact is erased.
 */
export function createRetention(deps: HubDeps): () => Promise<void> {
  /** By workspace: requests that arrived before have lost their bodies, and need not be looked through again. */
  const bodilessBefore = new Map<string, Date>()
  return () => applyRetention(deps, bodilessBefore)
}

async function applyRetention(
  { database, workspaces, now, log }: HubDeps,
  bodilessBefore: Map<string, Date>,
): Promise<void> {
  const db = database.connection
  for (const workspace of await workspaces.all()) {
    const { id: workspaceId, retention } = workspace
    const before = (days: number) => new Date(now().getTime() - days * DAY_MS)
    const receipts = receiptCollection(db)
    const bodies = await dropBodies(workspace, before(retention.bodiesDays))
    const removed = {
      bodies,
      exchanges: await removeAll(exchangeCollection(db), {
        workspaceId,
        at: { $lt: before(retention.bodiesDays) },
      }),
      refused:
        (await removeAll(receipts, {
          workspaceId,
          state: 'refused',
          receivedAt: { $lt: before(retention.refusedDays) },
        })) + (await pruneAllRefused(workspaceId)),
      receipts: await removeAll(receipts, {
        workspaceId,
        open: { $exists: false },
        receivedAt: { $lt: before(retention.receiptsDays) },
      }),
      deliveries: await removeAll(deliveryCollection(db), {
        workspaceId,
        state: { $in: ['delivered', 'skipped', 'cancelled', 'failed', 'refused'] },
        createdAt: { $lt: before(retention.deliveriesDays) },
      }),
    }
    if (Object.values(removed).some((count) => count > 0))
      log.info({ stage: 'retention.applied', workspaceId, ...removed })
  }

  /** Whoever receives them looks as well; what one process counts is forgotten when it ends. */
  async function pruneAllRefused(workspaceId: string): Promise<number> {
    let count = 0
    for await (const { _id } of connectionModel(db).find({ workspaceId }, { _id: 1 }).lean().cursor())
      count += await pruneRefused(db, _id)
    return count
  }

  async function dropBodies({ id: workspaceId }: Workspace, before: Date): Promise<number> {
    const receipts = receiptCollection(db)
    const from = bodilessBefore.get(workspaceId)
    const receivedAt = { $lt: before, ...(from ? { $gte: from } : {}) }
    let count = 0
    for (;;) {
      const page = await receipts
        .find(
          { workspaceId, receivedAt, open: { $exists: false }, body: { $exists: true } },
          { projection: { _id: 1 } },
        )
        .limit(PAGE)
        .toArray()
      if (page.length === 0) break
      await receipts.updateMany({ _id: { $in: page.map(({ _id }) => _id) } }, { $unset: { body: 1 } })
      count += page.length
    }
    // One that is still open there keeps the whole stretch in view.
    const isOpen = await receipts.findOne(
      { workspaceId, receivedAt, open: true, partition: { $in: allPartitions } },
      { projection: { _id: 1 } },
    )
    if (!isOpen) bodilessBefore.set(workspaceId, before)
    return count
  }
}

/** In pages, so that nobody waits for a long delete. */
async function removeAll<T extends { _id: string }>(
  collection: Collection<T>,
  condition: Filter<T>,
): Promise<number> {
  let count = 0
  for (;;) {
    const page = await collection
      .find(condition, { projection: { _id: 1 } })
      .limit(PAGE)
      .toArray()
    if (page.length === 0) return count
    // oxlint-disable-next-line typescript/consistent-type-assertions -- every T has the _id that is named here
    await collection.deleteMany({ _id: { $in: page.map(({ _id }) => _id) } } as Filter<T>)
    count += page.length
  }
}

import { rmSync } from 'node:fs'
import type { Connection } from 'mongoose'
import { afterEach, expect, it } from 'vitest'
import { createLogger } from './platform/logger.ts'
import { openDatabase } from './platform/mongo.ts'
import type { Database } from './platform/mongo.ts'
import { migrate } from './platform/schema-version.ts'
import { migrations } from './schema.ts'
import { makeDataDir } from './testing/make-data-dir.ts'

const opened: { dir: string; database: Database }[] = []
afterEach(async () => {
  for (const { dir, database } of opened.splice(0)) {
    await database.close()
    rmSync(dir, { recursive: true, force: true })
  }
})

const options = { processId: 'a', now: () => new Date(), log: createLogger({ level: 'silent' }) }

async function openEmpty(): Promise<Connection> {
  const dir = makeDataDir()
  const database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
  opened.push({ dir, database })
  return database.connection
}

async function indexesOf(connection: Connection): Promise<Record<string, unknown[]>> {
  const names = ['receipts', 'deliveries']
  const found = await Promise.all(
    names.map(async (name) => {
      const indexes = await connection.collection(name).indexes()
      return [
        name,
        indexes.toSorted((one, other) => (String(one.name) < String(other.name) ? -1 : 1)),
      ] as const
    }),
  )
  return Object.fromEntries(found)
}

it('brings the indexes of version 10 to those of a new database, as often as one likes', async () => {
  const fresh = await openEmpty()
  await migrate(fresh, migrations, options)

  const old = await openEmpty()
  await old.collection('receipts').createIndexes([
    { key: { number: 1 }, sparse: true },
    { key: { partition: 1, number: 1 }, partialFilterExpression: { open: true } },
    { key: { workspaceId: 1, receivedAt: -1, _id: -1 } },
    { key: { connectionId: 1, state: 1, receivedAt: -1, _id: -1 } },
    {
      key: { workspaceId: 1, state: 1, receivedAt: -1, _id: -1 },
      partialFilterExpression: { state: { $in: ['refused', 'not_understood'] } },
    },
  ])
  await old
    .collection('deliveries')
    .createIndexes([
      { key: { eventId: 1 } },
      { key: { workspaceId: 1, createdAt: -1, _id: -1 } },
      { key: { workspaceId: 1, state: 1, createdAt: -1, _id: -1 } },
      { key: { lane: 1, position: 1 }, partialFilterExpression: { open: true } },
      { key: { dueAt: 1 }, partialFilterExpression: { dueAt: { $exists: true } } },
      { key: { connectionId: 1, position: 1 }, partialFilterExpression: { open: true } },
    ])
  const step = migrations.find(({ version }) => version === 11)
  for (const _ of [1, 2]) {
    await step?.run(old)
    expect(await indexesOf(old)).toEqual(await indexesOf(fresh))
  }
})

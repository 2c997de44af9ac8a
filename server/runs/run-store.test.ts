import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../platform/mongo.ts'
import type { Database } from '../platform/mongo.ts'
import { createRunStore, replaceRunIndex, runCollection, runModel } from './run-store.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'

let dir: string
let database: Database

beforeAll(async () => {
  dir = makeDataDir()
  database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
})
afterAll(async () => {
  await database.close()
  rmSync(dir, { recursive: true, force: true })
})

it('counts the runs of a flow in a time, those of its workspace alone', async () => {
  await runModel(database.connection).createIndexes()
  const run = (number: number, workspaceId: string, flowId: string, startedAt: string) => ({
    _id: `run_${number}`,
    workspaceId,
    flowId,
    flowVersion: 1,
    entryKey: `${number}`,
    eventId: `evt_${number}`,
    startedAt: new Date(startedAt),
  })
  await runCollection(database.connection).insertMany([
    run(1, 'wsp_a', 'flw_1', '2026-11-25T23:59:59.999Z'),
    run(2, 'wsp_a', 'flw_1', '2026-11-26T00:00:00Z'),
    run(3, 'wsp_a', 'flw_1', '2026-11-26T23:59:59.999Z'),
    run(4, 'wsp_a', 'flw_1', '2026-11-27T00:00:00Z'),
    run(5, 'wsp_a', 'flw_2', '2026-11-26T12:00:00Z'),
    run(6, 'wsp_b', 'flw_1', '2026-11-26T12:00:00Z'),
  ])
  const day = [new Date('2026-11-26T00:00:00Z'), new Date('2026-11-27T00:00:00Z')] as const
  expect(await createRunStore(database.connection, 'wsp_a').countBetween('flw_1', ...day)).toBe(2)
  expect(await createRunStore(database.connection, 'wsp_b').countBetween('flw_1', ...day)).toBe(1)
})

it('brings the index of the first versions to today’s, as often as one likes', async () => {
  const runs = runCollection(database.connection)
  await runs.createIndex({ flowId: 1, startedAt: -1, _id: -1 })
  for (const _ of [1, 2]) await replaceRunIndex(database.connection)
  expect(Object.keys(await runs.indexInformation())).toEqual([
    '_id_',
    'workspaceId_1_flowId_1_startedAt_-1__id_-1',
  ])
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Connection } from 'mongoose'
import { rmSync } from 'node:fs'
import { createLogger } from './logger.ts'
import { openDatabase } from './mongo.ts'
import type { Database } from './mongo.ts'
import { DatabaseTooNew, migrate } from './schema-version.ts'
import type { Migration } from './schema-version.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'

let dir: string
let database: Database
const done: string[] = []
const log = createLogger({ level: 'silent' })
const options = (processId: string) => ({ processId, now: () => new Date(), log })

const step = (version: number): Migration => ({
  version,
  name: `step ${version}`,
  run: async () => {
    done.push(`begin ${version}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    done.push(`end ${version}`)
  },
})

beforeEach(async () => {
  done.length = 0
  dir = makeDataDir()
  database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
})

afterEach(async () => {
  await database.close()
  rmSync(dir, { recursive: true, force: true })
})

it('brings a database up to date once, although two processes start together', async () => {
  const db: Connection = database.connection
  await Promise.all([
    migrate(db, [step(1), step(2)], options('a')),
    migrate(db, [step(1), step(2)], options('b')),
  ])
  expect(done).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2'])
})

it('goes on where the last release stopped', async () => {
  await migrate(database.connection, [step(1)], options('a'))
  await migrate(database.connection, [step(1), step(2)], options('a'))
  expect(done).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2'])
})

it('refuses a database that a newer release has written, in one sentence', async () => {
  await migrate(database.connection, [step(1), step(2)], options('a'))
  const refusal = migrate(database.connection, [step(1)], options('b'))
  await expect(refusal).rejects.toThrow(DatabaseTooNew)
  await expect(refusal).rejects.toThrow('The database has schema version 2, this program knows 1.')
})

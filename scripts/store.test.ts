import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startEmbeddedStore } from '../server/embedded-store/start-embedded-store.ts'
import { storeFolder } from '../server/platform/store-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a command of `npm run store` beside a hub with this data folder. */
function command(dataDir: string, ...args: string[]): string {
  const env = { ...process.env, SWITCHYARD_DATA_DIR: dataDir }
  return execFileSync(process.execPath, ['scripts/store.ts', ...args], {
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  })
}

async function open(dataDir: string) {
  const store = await startEmbeddedStore({ dir: storeFolder(dataDir) })
  const client = new MongoClient(store.url)
  const close = async () => {
    await client.close()
    await store.stop()
  }
  return { things: client.db('hub').collection<{ name: string }>('things'), close }
}

it('copies the store of a running hub, and puts the copy in place again, without being told where it is', async () => {
  const [before, after, copy] = ['before', 'after', 'copy.sqlite'].map((name) => join(folder, name))
  const running = await open(before!)
  await running.things.insertOne({ name: 'kept' })
  expect(command(before!, 'backup', copy!)).toContain('1 documents')
  await running.things.insertOne({ name: 'too late' })
  await running.close()

  command(after!, 'restore', copy!)
  const restored = await open(after!)
  expect((await restored.things.find().toArray()).map(({ name }) => name)).toEqual(['kept'])
  await restored.close()
  expect(() => command(after!, 'restore', copy!)).toThrow('There is a store in')
})

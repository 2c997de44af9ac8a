import { rmSync } from 'node:fs'
import { Binary, Long, MongoClient, MongoServerError } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import type { EmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { runByAsking } from './embedded-commands.ts'
import { readsByCommand, readsByDriver } from './reads.ts'

interface Thing {
  _id: string
  body: Binary
  at: Date
  number: number | Long
}

let dir = ''
let store: EmbeddedStore
let client: MongoClient

const collection = () => client.db('reads').collection<Thing>('things')
const things = Array.from({ length: 30 }, (_, at): Thing => ({
  _id: `t${at}`,
  body: new Binary(Buffer.alloc(1024 * 1024, at)),
  at: new Date(at),
  number: at % 2 === 0 ? at : Long.fromString('9007199254740993'),
}))

const shown = ({ body, ...rest }: Thing) => ({ ...rest, bytes: body.length(), byte: body.buffer[0] })

beforeAll(async () => {
  dir = makeDataDir()
  store = await startEmbeddedStore({ dir })
  client = await new MongoClient(store.url).connect()
  await collection().insertMany(things)
})
afterAll(async () => {
  await client.close()
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe.each([
  ['by the driver', () => readsByDriver],
  ['by commands', () => readsByCommand('reads', runByAsking(store.command))],
])('reads %s', (_, make) => {
  it('find all that there is, although no one answer has room for it', async () => {
    const found = await make().find(collection(), { number: { $gte: 2 } })
    expect(found.toSorted((one, two) => one.at.getTime() - two.at.getTime()).map(shown)).toEqual(
      things.slice(1).map(shown),
    )
  })

  it('find nothing where there is nothing', async () => {
    expect(await make().find(collection(), { _id: 'nobody' })).toEqual([])
  })

  it('fail with what the database says', async () => {
    const wrong = make().find(collection(), { $shrug: 1 })
    await expect(wrong).rejects.toBeInstanceOf(MongoServerError)
    await expect(wrong).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining('unknown top level operator: $shrug'),
    })
  })
})

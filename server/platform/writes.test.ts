import { rmSync } from 'node:fs'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startEmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import type { EmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { runByAsking } from './embedded-commands.ts'
import { sendByCollection } from './send-by-collection.ts'
import { sendTogether } from './send-together.ts'
import { createWrites, DuplicateKey, isTooLarge } from './writes.ts'
import type { SendWrites, Urgency, WriteOperation, Writes } from './writes.ts'

interface Thing {
  _id: string
  at: number
  word?: string
  note?: string | undefined
}

let dir = ''
let store: EmbeddedStore
let client: MongoClient

beforeAll(async () => {
  dir = makeDataDir()
  store = await startEmbeddedStore({ dir })
  client = await new MongoClient(store.url, { ignoreUndefined: true, retryWrites: false }).connect()
})
afterAll(async () => {
  await client.close()
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe.each([
  ['in one command', () => sendTogether('writes', runByAsking(store.command))],
  ['collection by collection', () => sendByCollection(client.db('writes'))],
])('writes that are sent %s', (_, sender) => {
  let commands: (readonly WriteOperation[])[]
  let writes: Writes
  const collection = (name: string) => client.db('writes').collection<Thing>(name)

  beforeEach(async () => {
    await client.db('writes').dropDatabase()
    await collection('words').createIndex({ word: 1 }, { unique: true, sparse: true })
    const send = sender()
    commands = []
    writes = createWrites((operations, durable) => {
      commands.push(operations)
      return send(operations, durable)
    }, 1)
  })

  it('tell every caller which of its own documents were there already', async () => {
    await collection('things').insertOne({ _id: 'b', at: 1 })
    const found = await Promise.all([
      writes.insertNew(collection('others'), [{ _id: 'b', at: 1 }], 'soon'),
      writes.insertNew(collection('things'), [
        { _id: 'a', at: 1, note: undefined },
        { _id: 'b', at: 2 },
      ]),
      writes.insertNew(collection('things'), []),
      writes.insertNew(collection('others'), [{ _id: 'b', at: 2 }]),
    ])
    expect(found.map((existing) => [...existing])).toEqual([[], [1], [], [0]])
    expect(commands).toHaveLength(1)
    expect(await collection('things').find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', at: 1 },
      { _id: 'b', at: 1 },
    ])
  })

  it('go out in several commands where one caller brings more than a command may carry', async () => {
    const texts = Array.from({ length: 9 }, (_, at) => ({
      _id: `t${at}`,
      at,
      word: '漢'.repeat(900_000) + at,
    }))
    const nested = Array.from({ length: 20 }, (_, at) => ({
      _id: `n${at}`,
      at,
      in: [{ text: 'x'.repeat(1e6) }],
    }))
    const found = await Promise.all([
      writes.insertNew(collection('words'), texts),
      writes.insertNew(collection('things'), nested, 'soon'),
    ])
    expect(found.map((existing) => existing.size)).toEqual([0, 0])
    expect(await collection('words').countDocuments()).toBe(9)
    expect(await collection('things').countDocuments()).toBe(20)
    expect(await writes.insertNew(collection('words'), texts)).toEqual(new Set(texts.keys()))
  })

  it('tell an update whose document has changed meanwhile from its neighbours', async () => {
    await collection('things').insertMany(['a', 'b', 'c'].map((_id) => ({ _id, at: 1 })))
    const moved = (id: string, from: number) =>
      writes.updateEach(collection('things'), [
        {
          guard: { _id: id, at: from },
          change: { $set: { at: 7 }, $unset: { note: 1 } },
          landed: (doc) => doc.at === 7,
        },
      ])
    expect(await Promise.all([moved('a', 1), moved('b', 2), moved('c', 1), moved('d', 1)])).toEqual([
      [true],
      [false],
      [true],
      [false],
    ])
    expect((await collection('things').find().sort({ _id: 1 }).toArray()).map(({ at }) => at)).toEqual([
      7, 1, 7,
    ])
  })

  it('tell a caller of what a unique index refuses, and carry out what the others want', async () => {
    await collection('words').insertMany([
      { _id: 'a', at: 1, word: 'one' },
      { _id: 'b', at: 1, word: 'two' },
    ])
    const named = (id: string, word: string) =>
      writes.updateEach(collection('words'), [
        { guard: { _id: id }, change: { $set: { word } }, landed: (doc) => doc.word === word },
      ])
    const [refused, done] = await Promise.allSettled([named('a', 'two'), named('b', 'three')])
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(DuplicateKey) })
    expect(done).toEqual({ status: 'fulfilled', value: [true] })
  })

  it('say of a document that only the database finds too large that it is that', async () => {
    const at = Array.from({ length: 345_000 }, () => ({ some: 'words that are not counted' }))
    const doc = { _id: 'large', at: 1, nested: { at } }
    const [err, neighbour] = await Promise.all([
      writes.insertNew(collection('things'), [doc]).catch((reason: unknown) => reason),
      writes.insertNew(collection('things'), [{ _id: 'small', at: 1 }]),
    ])
    expect(isTooLarge(err)).toBe(true)
    expect(neighbour).toEqual(new Set())
  })

  it('reject for a caller whose document is refused, and for nobody else', async () => {
    await client.db('writes').createCollection('strict', { validator: { at: { $gt: 0 } } })
    const [refused, done] = await Promise.allSettled([
      writes.insertNew(collection('strict'), [{ _id: 'a', at: 0 }]),
      writes.insertNew(collection('strict'), [{ _id: 'b', at: 1 }]),
    ])
    expect(refused).toMatchObject({ status: 'rejected', reason: { message: /failed validation/ } })
    expect(done).toEqual({ status: 'fulfilled', value: new Set() })
  })
})

describe('writes while commands are under way', () => {
  /** A database that answers when it is told to. */
  function slowDatabase() {
    const sent: {
      operations: readonly WriteOperation[]
      durable: boolean
      answer: (err?: Error) => void
    }[] = []
    const send: SendWrites = (operations, durable) =>
      new Promise((resolve, reject) => {
        const answer = (err?: Error) => (err ? reject(err) : resolve(operations.map(() => ({ n: 1 }))))
        sent.push({ operations, durable, answer })
      })
    return { sent, send }
  }

  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

  it('share the next command, which is as urgent as its most urgent write', async () => {
    const { sent, send } = slowDatabase()
    const writes = createWrites(send, 1)
    const insert = (id: string, urgency: Urgency) =>
      writes.insertNew(client.db('writes').collection<Thing>('things'), [{ _id: id, at: 1 }], urgency)
    const first = insert('a', 'soon')
    await turn()
    const later = [insert('b', 'soon'), insert('c', 'now')]
    await turn()
    expect(sent.map(({ durable }) => durable)).toEqual([false])
    sent[0]?.answer()
    await first
    await turn()
    expect(sent[1]).toMatchObject({
      durable: true,
      operations: [{ insert: { _id: 'b' } }, { insert: { _id: 'c' } }],
    })
    sent[1]?.answer()
    await Promise.all(later)
  })

  it('go with a command of others where nobody waits for them, or by themselves a moment later', async () => {
    const { sent, send } = slowDatabase()
    const writes = createWrites(send, 1)
    const insert = (id: string, urgency: Urgency) =>
      writes.insertNew(client.db('writes').collection<Thing>('things'), [{ _id: id, at: 1 }], urgency)
    const [taken, first] = [insert('a', 'later'), insert('b', 'soon')]
    await turn()
    expect(sent[0]?.operations).toHaveLength(2)
    sent[0]?.answer()
    await Promise.all([taken, first])
    const alone = insert('c', 'later')
    await turn()
    expect(sent).toHaveLength(1)
    await expect.poll(() => sent.length).toBe(2)
    sent[1]?.answer()
    expect(await alone).toEqual(new Set())

    void insert('d', 'later')
    const idle = writes.idle()
    await turn()
    expect(sent[2]?.operations).toMatchObject([{ insert: { _id: 'd' } }])
    sent[2]?.answer()
    await idle
  })

  it('are cut into commands of at most eight megabytes or so', async () => {
    const { sent, send } = slowDatabase()
    const writes = createWrites(send, 1)
    const note = 'x'.repeat(3 * 1024 * 1024)
    const all = ['a', 'b', 'c', 'd'].map((_id) =>
      writes.insertNew(client.db('writes').collection<Thing>('things'), [{ _id, at: 1, note }]),
    )
    for (const count of [2, 2]) {
      await turn()
      expect(sent.at(-1)?.operations).toHaveLength(count)
      sent.at(-1)?.answer()
    }
    await Promise.all(all)
  })

  it('are cut although one caller has them all, and it hears of each', async () => {
    const { sent, send } = slowDatabase()
    const writes = createWrites(send, 1)
    // Letters count by their bytes.
    const note = 'ї'.repeat(1.5 * 1024 * 1024)
    const all = writes.insertNew(
      client.db('writes').collection<Thing>('things'),
      ['a', 'b', 'c'].map((_id) => ({ _id, at: 1, note })),
    )
    for (const count of [2, 1]) {
      await turn()
      expect(sent.at(-1)?.operations).toHaveLength(count)
      sent.at(-1)?.answer()
    }
    expect(await all).toEqual(new Set())
  })

  it('are refused before anything is sent where one is larger than any document, and nobody else’s are', async () => {
    const { sent, send } = slowDatabase()
    const writes = createWrites(send, 1)
    const things = client.db('writes').collection<Thing>('things')
    const refused = writes.insertNew(things, [
      { _id: 'a', at: 1 },
      { _id: 'b', at: 1, note: 'x'.repeat(17_000_000) },
    ])
    const neighbour = writes.insertNew(things, [{ _id: 'c', at: 1 }])
    const err: unknown = await refused.catch((reason: unknown) => reason)
    expect(err).toMatchObject({ message: expect.stringContaining('things/b') })
    expect(isTooLarge(err)).toBe(true)
    await turn()
    expect(sent.map(({ operations }) => operations)).toMatchObject([[{ insert: { _id: 'c' } }]])
    sent[0]?.answer()
    expect(await neighbour).toEqual(new Set())
  })

  it('fail together when the command fails, and the next command goes out all the same', async () => {
    const { sent, send } = slowDatabase()
    const writes = createWrites(send, 1)
    const insert = (_id: string) =>
      writes.insertNew(client.db('writes').collection<Thing>('things'), [{ _id, at: 1 }])
    const failing = Promise.allSettled([insert('a'), insert('b')])
    await turn()
    sent[0]?.answer(new Error('The disk is full.'))
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const next = insert('c')
    await turn()
    sent[1]?.answer()
    expect(await next).toEqual(new Set())
  })
})

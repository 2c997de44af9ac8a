import { once } from 'node:events'
import { rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { MongoClient, MongoServerError, type Collection, type Document, type ObjectId } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startEmbeddedStore, type EmbeddedStore } from './start-embedded-store.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'

// The same promises hold on a real MongoDB; name one to hold them against it.
const realUrl = process.env['MONGO_URL']

let dir = ''
let store: EmbeddedStore | undefined
let client: MongoClient
/** Anything with any kind of id. */
interface Thing extends Document {
  _id?: string | number | ObjectId
}

let things: Collection<Thing>
let count = 0

beforeAll(async () => {
  dir = makeDataDir()
  if (realUrl === undefined) store = await startEmbeddedStore({ dir })
  client = await new MongoClient(realUrl ?? store?.url ?? '').connect()
})
afterAll(async () => {
  await client.db('commands_test').dropDatabase()
  await client.close()
  await store?.stop()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  things = client.db('commands_test').collection(`things${++count}`)
})

async function failure(work: Promise<unknown>): Promise<MongoServerError> {
  try {
    await work
  } catch (error) {
    if (error instanceof MongoServerError) return error
    throw error
  }
  throw new Error('It was not refused.')
}

/** So many documents inside each other. */
function nested(levels: number, innermost: unknown = 1): Document {
  let doc: Document = { a: innermost }
  for (let i = 1; i < levels; i++) doc = { a: doc }
  return doc
}

describe('the bulkWrite command of MongoDB 8', () => {
  const other = () => client.db('commands_test').collection<Thing>(`${things.collectionName}_other`)
  const bulkWrite = (ops: Document[], more: Document = {}) =>
    client.db('admin').command({
      bulkWrite: 1,
      ops,
      nsInfo: [things, other()].map(({ collectionName }) => ({ ns: `commands_test.${collectionName}` })),
      ...more,
    })

  it('inserts, changes and removes in several collections, and says of each operation what it did', async () => {
    await other().insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ])
    const reply = await bulkWrite([
      { insert: 0, document: { _id: 'a', n: 1, deep: { list: [1, 'x'] } } },
      { update: 1, filter: { n: 1 }, updateMods: { $inc: { n: 1 } }, multi: true },
      { update: 1, filter: { n: 1 }, updateMods: { $inc: { n: 1 } } },
      { update: 0, filter: { _id: 'new' }, updateMods: { $set: { n: 5 } }, upsert: true },
      { update: 0, filter: { _id: 'a' }, updateMods: { n: 9 } },
      { delete: 1, filter: { n: 2 } },
      { delete: 0, filter: { n: { $gt: 100 } }, multi: true },
    ])
    expect(reply).toMatchObject({
      nErrors: 0,
      nInserted: 1,
      nMatched: 3,
      nModified: 3,
      nUpserted: 1,
      nDeleted: 1,
      ok: 1,
      cursor: {
        firstBatch: [
          { ok: 1, idx: 0, n: 1 },
          { ok: 1, idx: 1, n: 2, nModified: 2 },
          { ok: 1, idx: 2, n: 0, nModified: 0 },
          { ok: 1, idx: 3, n: 1, nModified: 0, upserted: { _id: 'new' } },
          { ok: 1, idx: 4, n: 1, nModified: 1 },
          { ok: 1, idx: 5, n: 1 },
          { ok: 1, idx: 6, n: 0 },
        ],
      },
    })
    expect(await things.find().toArray()).toEqual([
      { _id: 'a', n: 9 },
      { _id: 'new', n: 5 },
    ])
    expect(await other().countDocuments()).toBe(1)
  })

  it('stops at the first error where order counts, and goes on where it does not', async () => {
    await things.insertOne({ _id: 'a' })
    const ops = ['a', 'b', 'a', 'c'].map((_id) => ({ insert: 0, document: { _id } }))
    const unordered = await bulkWrite(ops, { ordered: false, errorsOnly: true })
    const duplicate = { ok: 0, n: 0, code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 'a' } }
    expect(unordered).toMatchObject({ nErrors: 2, nInserted: 2 })
    expect(unordered['cursor'].firstBatch).toMatchObject([
      { ...duplicate, idx: 0 },
      { ...duplicate, idx: 2 },
    ])
    expect(await bulkWrite(ops)).toMatchObject({
      nErrors: 1,
      nInserted: 0,
      cursor: { firstBatch: [duplicate] },
    })
  })

  it('is refused by name where it cannot be served', async () => {
    const insert = { insert: 0, document: { _id: 1 } }
    expect((await failure(bulkWrite([{ insert: 7, document: {} }]))).message).toMatch(/nsInfo/)
    expect((await failure(bulkWrite([{ replace: 0, filter: {} }]))).message).toMatch(
      /insert, update or delete/,
    )
    expect((await failure(bulkWrite([{ ...insert, documents: [] }]))).message).toMatch(
      /bulkWrite.ops.documents/,
    )
    expect((await failure(bulkWrite([insert], { nsInfo: [{ ns: 'nowhere' }] }))).codeName).toBe(
      'InvalidNamespace',
    )
    const elsewhere = client
      .db('commands_test')
      .command({ bulkWrite: 1, ops: [insert], nsInfo: [{ ns: 'a.b' }] })
    expect((await failure(elsewhere)).message).toMatch(/admin database/)
    expect(await things.countDocuments()).toBe(0)
  })
})

describe('reading and writing', () => {
  it('keeps every BSON type exactly, and the order of documents', async () => {
    const { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, BSONRegExp } =
      await import('mongodb')
    const doc = {
      _id: 'all',
      double: new Double(7),
      int: new Int32(7),
      long: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('0.1000'),
      date: new Date(-1),
      binary: new Binary(Buffer.from([1, 2, 3]), 128),
      regex: new BSONRegExp('^a', 'i'),
      timestamp: new Timestamp({ t: 5, i: 6 }),
      id: new ObjectId('0123456789abcdef01234567'),
      nothing: null,
      min: new MinKey(),
      max: new MaxKey(),
      deep: [{ a: [new Int32(1), [new Double(2), { b: 'ż' }]] }],
    }
    await things.insertOne(doc)
    await things.insertMany([{ _id: 3 }, { _id: 1 }, { _id: 2 }])
    const exact = { promoteValues: false, bsonRegExp: true }
    expect(await things.findOne({ _id: 'all' }, exact)).toEqual(doc)
    expect((await things.find().toArray()).map((one) => one._id)).toEqual(['all', 3, 1, 2])
  })

  it('puts _id first and makes one where it is missing', async () => {
    await things.insertOne({ a: 1, _id: 'x' })
    expect(Object.keys((await things.findOne({})) ?? {})).toEqual(['_id', 'a'])
    await client.db('commands_test').command({ insert: things.collectionName, documents: [{ b: 1 }] })
    expect(Object.keys((await things.findOne({ b: 1 })) ?? {})).toEqual(['_id', 'b'])
  })

  it('names the key of a duplicate, and goes on behind it only when unordered', async () => {
    await things.createIndex({ email: 1 }, { unique: true })
    const docs = () => [{ email: 'a@b.example' }, { email: 'a@b.example' }, { email: 'c@d.example' }]
    const ordered = await failure(things.insertMany(docs()))
    expect(ordered.code).toBe(11000)
    expect(ordered.message).toBe(
      `E11000 duplicate key error collection: ${things.namespace} index: email_1 dup key: { email: "a@b.example" }`,
    )
    expect(await things.countDocuments()).toBe(1)
    await things.deleteMany({})
    await failure(things.insertMany(docs(), { ordered: false }))
    expect(await things.countDocuments()).toBe(2)
    const changed = await failure(
      things.findOneAndUpdate({ email: 'c@d.example' }, { $set: { email: 'a@b.example' } }),
    )
    expect(changed.errorResponse).toMatchObject({
      keyPattern: { email: 1 },
      keyValue: { email: 'a@b.example' },
    })
  })

  it('lets an array in a unique index claim all its elements at once', async () => {
    await things.createIndex({ ws: 1, 'identities.key': 1 }, { unique: true })
    await things.insertOne({ ws: 1, identities: [{ key: 'email:a' }, { key: 'phone:1' }] })
    expect(
      (await failure(things.insertOne({ ws: 1, identities: [{ key: 'x' }, { key: 'phone:1' }] }))).code,
    ).toBe(11000)
    await things.insertOne({ ws: 2, identities: [{ key: 'phone:1' }] })
    expect(await things.countDocuments({ ws: 1, 'identities.key': { $in: ['phone:1', 'x'] } })).toBe(1)
  })

  it('claims the next due job exactly once, however many ask', async () => {
    await things.createIndex({ state: 1, dueAt: 1 })
    await things.insertMany(Array.from({ length: 40 }, (_, i) => ({ state: 'due', dueAt: i })))
    const claims = await Promise.all(
      Array.from({ length: 60 }, () =>
        things.findOneAndUpdate({ state: 'due' }, { $set: { state: 'taken' } }, { sort: { dueAt: 1 } }),
      ),
    )
    const taken = claims.flatMap((one) => (one ? [one['dueAt']] : []))
    expect(taken.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 40 }, (_, i) => i))
  })

  it('reads a large result in batches, each document once, while others write', async () => {
    await things.insertMany(Array.from({ length: 5000 }, (_, i) => ({ _id: i * 2, n: i })))
    const seen = Array<number>()
    const deleted = Array<number>()
    for await (const doc of things.find({}, { batchSize: 20 }).sort({ _id: 1 })) {
      seen.push(Number(doc['_id']))
      if (seen.length % 700 !== 0) continue
      // Ahead of what the client holds, but not of what the store has read.
      const ahead = (seen.at(-1) ?? 0) + 60
      await things.deleteOne({ _id: ahead })
      await things.insertOne({ _id: ahead + 1 })
      deleted.push(ahead)
    }
    expect(deleted.filter((id) => seen.includes(id))).toEqual([])
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.length).toBe(5000)
  })

  it('does not make a write wait for the end of a long read', async () => {
    await things.insertMany(Array.from({ length: 20_000 }, (_, i) => ({ i, text: `text ${i}` })))
    const order = Array<string>()
    const reading = things
      .find({ text: { $regex: 'no such text$' } })
      .toArray()
      .then(() => order.push('read'))
    const other = client.db('commands_test').collection(`${things.collectionName}b`)
    const writing = other.insertOne({ a: 1 }).then(() => order.push('written'))
    await Promise.all([reading, writing])
    expect(order).toEqual(['written', 'read'])
  })

  it('counts by the index, and estimates without looking', async () => {
    await things.createIndex({ a: 1 })
    await things.insertMany(Array.from({ length: 300 }, (_, i) => ({ a: i % 3 })))
    expect(await things.countDocuments({ a: 1 })).toBe(100)
    expect(await things.countDocuments({ a: 1 }, { skip: 20, limit: 50 })).toBe(50)
    expect(await things.countDocuments({ a: 7 })).toBe(0)
    expect(await things.estimatedDocumentCount()).toBe(300)
    expect(await things.distinct('a')).toEqual([0, 1, 2])
  })

  it('writes what a pipeline gives into another collection', async () => {
    await things.insertMany([
      { k: 'a', n: 1 },
      { k: 'b', n: 2 },
      { k: 'a', n: 3 },
    ])
    const target = client.db('commands_test').collection(`${things.collectionName}out`)
    await target.createIndex({ total: 1 })
    await target.insertOne({ old: true })
    const group = { $group: { _id: '$k', total: { $sum: '$n' } } }
    await things.aggregate([group, { $out: target.collectionName }]).toArray()
    expect(await target.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', total: 4 },
      { _id: 'b', total: 2 },
    ])
    expect((await target.indexes()).map((index) => index.name)).toEqual(['_id_', 'total_1'])
    await things
      .aggregate([
        group,
        {
          $merge: {
            into: target.collectionName,
            whenMatched: [{ $set: { total: { $add: ['$total', '$$new.total'] } } }],
          },
        },
      ])
      .toArray()
    expect(await target.findOne({ total: 8 })).toMatchObject({ _id: 'a' })
  })
})

describe('indexes', () => {
  it('that were not finished when their collection was renamed refuse nothing there', async () => {
    const numbers = Array.from({ length: 30_000 }, (_, n) => ({ _id: n, n: n % 29_999 }))
    await things.insertMany(numbers)
    const building = things.createIndex({ n: 1 }, { unique: true }).catch((err: unknown) => err)
    await things.rename('renamed')
    expect(await building).toBeInstanceOf(MongoServerError)
    const renamed = client.db('commands_test').collection<{ _id: number; n: number }>('renamed')
    expect((await renamed.indexes()).map(({ name }) => name)).toEqual(['_id_'])
    await renamed.insertOne({ _id: -1, n: 5 })
    await renamed.drop()
  })

  it('are built over what is there, and refused whole where it does not fit', async () => {
    await things.insertMany(Array.from({ length: 3000 }, (_, i) => ({ a: i, b: i === 2999 ? 0 : i })))
    await things.createIndex({ a: 1 }, { unique: true })
    const refused = await failure(things.createIndex({ b: 1 }, { unique: true }))
    expect(refused.message).toContain('E11000 duplicate key error')
    expect((await things.indexes()).map((index) => index.name)).toEqual(['_id_', 'a_1'])
    const explained = await things.find({ a: 5 }).explain('queryPlanner')
    expect(JSON.stringify(explained)).toContain('IXSCAN')
  })

  it('answer again what they were asked for, and conflict with other options by MongoDB’s codes', async () => {
    await things.createIndex({ a: 1 }, { name: 'one' })
    await things.createIndex({ a: 1 }, { name: 'one' })
    expect((await failure(things.createIndex({ a: 1 }, { name: 'two' }))).code).toBe(85)
    expect((await failure(things.createIndex({ b: 1 }, { name: 'one' }))).code).toBe(86)
    expect((await failure(things.dropIndex('none'))).code).toBe(27)
    await things.dropIndex('one')
    expect(await things.indexes()).toHaveLength(1)
  })

  it('are named by a hint, which is refused where there is none', async () => {
    await things.createIndex({ a: 1 })
    await things.insertOne({ a: 1 })
    expect(await things.find({ a: 1 }).hint('a_1').toArray()).toHaveLength(1)
    expect((await failure(things.find({ a: 1 }).hint('b_1').toArray())).code).toBe(2)
  })

  it('are what explain tells a query by, and a scan where there is none', async () => {
    await things.createIndex({ a: 1, b: -1 })
    await things.insertOne({ a: 1 })
    const told = async (filter: Document) =>
      JSON.stringify(await things.find(filter).explain('executionStats'))
    expect(await told({ a: 1 })).toContain('"indexName":"a_1_b_-1"')
    expect(await told({ b: 1 })).toContain('COLLSCAN')
    expect(await told({ a: 1 })).toContain('"nReturned":1')
    const loud = await failure(things.find({ a: 1 }).explain('loud'))
    expect(loud.code).toBe(9)
    expect(loud.message).toContain('allPlansExecution')
  })
})

describe('what is refused', () => {
  it('is an update that would make a second of what is unique, which then matched nothing', async () => {
    await things.createIndex({ a: 1 }, { unique: true })
    await things.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
    ])
    const updates = [{ q: { _id: 2 }, u: { $set: { a: 1 } } }]
    const answer = await client.db('commands_test').command({ update: things.collectionName, updates })
    expect(answer).toMatchObject({ n: 0, nModified: 0, writeErrors: [{ code: 11000 }] })
  })

  it('is a list of different values that no answer could hold, as MongoDB does', async () => {
    const long = Array.from({ length: 9 }, (_, at) => ({ _id: at, text: `${at}`.repeat(2_000_000) }))
    await things.insertMany(long)
    await expect(things.distinct('text')).rejects.toMatchObject({ code: 17217 })
    expect(await things.distinct('text', { _id: { $lt: 8 } })).toHaveLength(8)
  })

  it('is an unknown command, field, operator, stage or cursor, each by its name', async () => {
    const db = client.db('commands_test')
    expect((await failure(db.command({ fly: 1 }))).code).toBe(59)
    expect((await failure(db.command({ find: 'x', filtre: {} }))).code).toBe(40415)
    expect((await failure(things.find({ a: { $near: [1, 2] } }).toArray())).message).toMatch(/\$near|geo/i)
    expect((await failure(things.find({ a: { $fly: 1 } }).toArray())).message).toContain(
      'unknown operator: $fly',
    )
    expect((await failure(things.aggregate([{ $fly: 1 }]).toArray())).message).toContain(
      "Unrecognized pipeline stage name: '$fly'",
    )
    const gone = { getMore: (await import('mongodb')).Long.fromNumber(12345), collection: 'x' }
    expect((await failure(db.command(gone))).code).toBe(43)
    expect((await failure(db.command({ create: 'c', capped: true }))).message).toContain(
      "'size' field is required",
    )
  })

  it.runIf(realUrl === undefined)('is everything else MongoDB has and this store has not', async () => {
    const db = client.db('commands_test')
    const refused: [string, () => Promise<unknown>][] = [
      [
        'transactions',
        () =>
          client.withSession((session) =>
            session.withTransaction(() => things.insertOne({ a: 1 }, { session })),
          ),
      ],
      ['$changeStream', () => things.watch().next()],
      ['"text"', () => things.createIndex({ a: 'text' })],
      ['"2dsphere"', () => things.createIndex({ a: '2dsphere' })],
      ['"hashed"', () => things.createIndex({ a: 'hashed' })],
      ['Wildcard', () => things.createIndex({ '$**': 1 })],
      ['Collations', () => things.find({}, { collation: { locale: 'de' } }).toArray()],
      ['Capped', () => db.createCollection('capped', { capped: true, size: 4096 })],
      ['Views', () => db.createCollection('view', { viewOn: 'x', pipeline: [] })],
      ['Time series', () => db.createCollection('series', { timeseries: { timeField: 't' } })],
      ['$where', () => things.find({ $where: 'true' }).toArray()],
      ['tailable', () => things.find({}, { tailable: true }).toArray()],
      ['apiStrict', () => db.command({ ping: 1, apiVersion: '1', apiStrict: true })],
      ['snapshot', () => things.find({}, { readConcern: 'snapshot' }).toArray()],
    ]
    for (const [name, work] of refused) expect((await failure(work())).message).toContain(name)
  })

  it('is a document over 16 MB and an _id that cannot be one', async () => {
    const db = client.db('commands_test')
    const raw = (documents: Document[]) => db.command({ insert: things.collectionName, documents })
    expect(await raw([{ _id: [1] }])).toMatchObject({ ok: 1, n: 0, writeErrors: [{ index: 0, code: 53 }] })
    const padding = 'x'.repeat(8_500_000)
    await things.insertOne({ _id: 'large', padding })
    expect((await failure(things.updateOne({}, [{ $set: { more: '$padding' } }]))).message).toMatch(
      /larger|large/,
    )
  })

  it('is what bears on a command and is not known, instead of being passed over', async () => {
    const db = client.db('commands_test')
    const find = { find: things.collectionName }
    expect((await failure(db.command({ ...find, apiVersion: '2' }))).code).toBe(322)
    expect((await failure(db.command({ ...find, readConcern: { levle: 'local' } }))).code).toBe(40415)
    expect((await failure(db.command({ ...find, readConcern: 'local' }))).code).toBe(14)
    expect(await db.command({ ...find, apiVersion: '1', readConcern: { level: 'local' } })).toMatchObject({
      ok: 1,
    })
  })

  it('is what takes longer than its client allows, reads and writes alike', async () => {
    const db = client.db('commands_test')
    const name = things.collectionName
    await things.insertMany(Array.from({ length: 20_000 }, (_, i) => ({ i, n: 0 })))
    const commands = [
      { find: name, filter: { i: -1 } },
      { count: name, query: { i: { $gt: 5 } } },
      { distinct: name, key: 'i' },
      { aggregate: name, pipeline: [{ $set: { i: 1 } }, { $out: `${name}_out` }], cursor: {} },
      { update: name, updates: [{ q: {}, u: { $inc: { n: 1 } }, multi: true }] },
      { delete: name, deletes: [{ q: { n: { $gte: 0 } }, limit: 0 }] },
      { findAndModify: name, query: { $expr: { $eq: [{ $toString: '$i' }, 'x'] } }, remove: true },
      { createIndexes: name, indexes: [{ key: { i: 1 }, name: 'i_1' }] },
    ]
    for (const command of commands) {
      expect((await failure(db.command({ ...command, maxTimeMS: 1 }))).code).toBe(50)
    }
    expect((await things.indexes()).map((index) => index.name)).toEqual(['_id_'])
  })

  it('is a document nested too deep to be read again, whether it is inserted or made by a change', async () => {
    const overflow = 15
    expect((await failure(things.insertOne({ d: nested(190) }))).code).toBe(overflow)
    await things.insertOne({ _id: 1, d: nested(150) })
    for (const change of [{ $set: { e: nested(190) } }, [{ $set: { d: nested(60, '$d') } }]]) {
      expect((await failure(things.updateOne({ _id: 1 }, change))).code).toBe(overflow)
      expect((await failure(things.findOneAndUpdate({ _id: 1 }, change))).code).toBe(overflow)
    }
    const made = things.updateOne({ _id: 2 }, { $set: { e: nested(190) } }, { upsert: true })
    expect((await failure(made)).code).toBe(overflow)
    const copied = things.aggregate([
      { $set: { d: nested(60, '$d') } },
      { $out: `${things.collectionName}_out` },
    ])
    expect((await failure(copied.toArray())).code).toBe(overflow)
    expect(await things.find().toArray()).toEqual([{ _id: 1, d: nested(150) }])
    expect(await things.distinct('d')).toEqual([nested(150)])
  })

  it.runIf(realUrl === undefined)(
    'is a findAndModify whose answer cannot be made, which then has changed nothing',
    async () => {
      const deep = { _id: 1, n: 0, d: nested(150) }
      await things.insertOne(deep)
      const failing = [{ x: { $divide: [1, '$n'] } }, { x: nested(60, '$d') }]
      const numbered = failing.map((projection) =>
        things.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { projection }),
      )
      const removed = things.findOneAndDelete({ _id: 1 }, { projection: { x: nested(60, '$d') } })
      const unnumbered = failing.map((fields) =>
        client.db('commands_test').command({
          findAndModify: things.collectionName,
          query: { _id: 1 },
          update: { $inc: { n: 1 } },
          fields,
        }),
      )
      const outcomes = await Promise.allSettled([...numbered, removed, ...unnumbered])
      expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
      expect(await things.find().toArray()).toEqual([deep])
    },
  )

  it.runIf(realUrl === undefined)(
    'is a validator or partial index nested too deep to be kept, and leaves no half of it',
    async () => {
      const db = client.db('commands_test')
      const filter = { $and: [{ a: { $ne: nested(185) } }] }
      await expect(db.createCollection(`${things.collectionName}_v`, { validator: filter })).rejects.toThrow(
        /nested deeper/,
      )
      await things.insertOne({ _id: 1 })
      await expect(db.command({ collMod: things.collectionName, validator: filter })).rejects.toThrow(
        /nested deeper/,
      )
      await expect(
        things.createIndex({ a: 1 }, { partialFilterExpression: { a: { $gt: nested(185) } } }),
      ).rejects.toThrow(/nested deeper/)
      expect(await db.listCollections({ name: `${things.collectionName}_v` }).toArray()).toEqual([])
      expect((await things.indexes()).map((index) => index.name)).toEqual(['_id_'])
      await things.insertOne({ _id: 2, a: 1 })
    },
  )
})

it.runIf(realUrl === undefined)('lets only this user open its socket and read its files', () => {
  for (const name of ['store.sock', 'store.sqlite', 'store.sqlite-wal', 'store.address']) {
    expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
  }
})

it.runIf(realUrl === undefined)(
  'hangs up on whoever claims a message longer than any can be, without waiting for it',
  async () => {
    for (const claim of [0x7fffffff, 0, -1]) {
      const bytes = Buffer.alloc(4)
      bytes.writeInt32LE(claim)
      const socket = connect(join(dir, 'store.sock'))
      socket.write(bytes)
      await once(socket, 'close')
    }
    expect(await client.db('commands_test').command({ ping: 1 })).toMatchObject({ ok: 1 })
  },
)

it('moves to a short private path where the folder’s own is too long for a socket', async () => {
  const long = join(dir, 'x'.repeat(120))
  const other = await startEmbeddedStore({ dir: long })
  const path = decodeURIComponent(new URL(other.url).hostname)
  expect(path.length).toBeLessThan(104)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
  const reached = await new MongoClient(other.url).connect()
  expect(await reached.db().command({ ping: 1 })).toMatchObject({ ok: 1 })
  await reached.close()
  await other.stop()
})

import { rmSync } from 'node:fs'
import { MongoBackend } from '@agendajs/mongo-backend'
import { Agenda } from 'agenda'
import { BSON, MongoClient } from 'mongodb'
import type { Document } from 'mongodb'
import mongoose from 'mongoose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startEmbeddedStore, type EmbeddedStore } from './start-embedded-store.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'

let dir = ''
let store: EmbeddedStore
beforeAll(async () => {
  dir = makeDataDir()
  store = await startEmbeddedStore({ dir })
})
afterAll(async () => {
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

it('is a database to mongoose: models, indexes, versions, populate', async () => {
  const connection = await mongoose.createConnection(store.url).asPromise()
  const Tool = connection.model('Tool', new mongoose.Schema({ name: { type: String, unique: true } }))
  const Person = connection.model(
    'Person',
    new mongoose.Schema(
      { email: String, tags: [String], tool: { type: mongoose.Schema.Types.ObjectId, ref: 'Tool' } },
      { timestamps: true, optimisticConcurrency: true },
    ),
  )
  await Promise.all([Tool.init(), Person.init()])
  const tool = await Tool.create({ name: 'mailer' })
  await expect(Tool.create({ name: 'mailer' })).rejects.toMatchObject({ code: 11000 })
  const person = await Person.create({ email: 'a@b.example', tags: ['x'], tool: tool._id })
  const stale = await Person.findById(person._id).orFail()
  person.tags.push('y')
  await person.save()
  stale.email = 'c@d.example'
  await expect(stale.save()).rejects.toThrow(mongoose.Error.VersionError)
  const found = await Person.findOne({ tags: 'y' }).populate('tool').lean().orFail()
  expect(found).toMatchObject({ email: 'a@b.example', tool: { name: 'mailer' } })
  await Person.syncIndexes()
  await connection.close()
})

it('is a job store to agenda: a job runs once, and a repeated one comes again', async () => {
  const backend = new MongoBackend({ address: store.url })
  const agenda = new Agenda({ backend, processEvery: 20 })
  const ran = Array<string>()
  const both = Promise.withResolvers<void>()
  agenda.define('once', () => {
    ran.push('once')
  })
  agenda.define('again', () => {
    ran.push('again')
    if (ran.filter((name) => name === 'again').length === 3) both.resolve()
  })
  await agenda.start()
  await agenda.now('once', {})
  await agenda.every(20, 'again')
  await both.promise
  await agenda.stop()
  expect(ran.filter((name) => name === 'once')).toHaveLength(1)
}, 30_000)

it('answers the thread that has started it without a socket, as it answers everybody', async () => {
  const ask = async (command: Document) =>
    BSON.deserialize(await store.command(BSON.serialize({ ...command, $db: 'line' })))
  const documents = [{ _id: 1, word: 'one' }]
  expect(await ask({ insert: 'words', documents })).toEqual({ n: 1, ok: 1 })
  expect(await ask({ insert: 'words', documents })).toMatchObject({ writeErrors: [{ code: 11000 }] })
  const found = await ask({ find: 'words', filter: {} })
  expect(found).toMatchObject({ cursor: { firstBatch: documents, ns: 'line.words' }, ok: 1 })
  expect(await ask({ shrug: 1 })).toMatchObject({ ok: 0, code: 59, errmsg: "no such command: 'shrug'" })
  const client = await new MongoClient(store.url).connect()
  expect(await client.db('line').collection<Document>('words').find().toArray()).toEqual(documents)
  await client.close()
})

it('answers what it was asked before it stopped, and says afterwards that it has', async () => {
  const other = makeDataDir()
  const short = await startEmbeddedStore({ dir: other })
  const ping = BSON.serialize({ ping: 1, $db: 'admin' })
  const asked = short.command(ping)
  await short.stop()
  expect(BSON.deserialize(await asked)).toMatchObject({ ok: 1 })
  await expect(short.command(ping)).rejects.toThrow('The embedded store has been stopped.')
  rmSync(other, { recursive: true, force: true })
})

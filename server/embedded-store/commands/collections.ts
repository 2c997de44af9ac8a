import { newDoc, type Doc } from '../bson-types.ts'
import type { Collection } from '../catalog.ts'
import { batchReply } from '../cursors.ts'
import { encode } from '../encode.ts'
import { StoreError } from '../errors.ts'
import { compileFilter } from '../match.ts'
import { sameKeyPattern } from '../plan.ts'
import { asDoc, asNumber, asText, isSet } from '../read-value.ts'
import { showValue } from '../show-value.ts'
import { checkNamespace, docOf } from '../store.ts'
import { firstBatch } from './find.ts'
import {
  collectionName,
  docField,
  numberField,
  refuseCollation,
  type Command,
  type CommandCall,
} from './command.ts'
import { indexSpecification } from './index-specification.ts'
import { runWrite } from './write-loop.ts'

const unservedKinds = new Map([
  ['capped', 'Capped collections'],
  ['timeseries', 'Time series collections'],
  ['viewOn', 'Views'],
  ['clusteredIndex', 'Clustered collections'],
  ['changeStreamPreAndPostImages', 'Change streams'],
  ['encryptedFields', 'Encrypted collections'],
])

/** Makes a collection. Answers NamespaceExists where it is there with the same or other options. */
export const create: Command = {
  fields: [
    'capped',
    'size',
    'max',
    'autoIndexId',
    'idIndex',
    'storageEngine',
    'validator',
    'validationLevel',
    'validationAction',
    'indexOptionDefaults',
    'viewOn',
    'pipeline',
    'collation',
    'timeseries',
    'expireAfterSeconds',
    'clusteredIndex',
    'changeStreamPreAndPostImages',
    'encryptedFields',
  ],
  async run(call) {
    const { store, db, body } = call
    const name = collectionName(call)
    checkNamespace(db, name)
    if (isSet(body['capped']) && body['size'] === undefined) {
      throw new StoreError('InvalidOptions', "the 'size' field is required when 'capped' is true")
    }
    for (const [option, kind] of unservedKinds) {
      const value = body[option]
      if (value !== undefined && value !== false) {
        throw new StoreError(
          'CommandNotSupported',
          `${kind} are not served by the embedded store (option "${option}").`,
        )
      }
    }
    refuseCollation(body['collation'])
    const options = validationOptions(call)
    await runWrite(call, function* () {
      if (store.catalog.find(`${db}.${name}`)) {
        throw new StoreError('NamespaceExists', `Collection ${db}.${name} already exists.`)
      }
      store.catalog.create(db, name, options)
    })
    return docOf({ ok: 1 })
  },
}

function validationOptions(call: CommandCall): Doc {
  const { body } = call
  const validator = docField(call, 'validator')
  const options = newDoc()
  if (!validator) return options
  compileFilter(validator)
  options['validator'] = validator
  for (const [name, served] of [
    ['validationLevel', 'strict'],
    ['validationAction', 'error'],
  ] as const) {
    const value = body[name]
    if (value === undefined) continue
    if (value !== served) {
      throw new StoreError('CommandNotSupported', `Only ${name} "${served}" is served by the embedded store.`)
    }
    options[name] = value
  }
  return options
}

/** Removes a collection; no error where there is none, as MongoDB 7 has it. */
export const drop: Command = {
  fields: [],
  async run(call) {
    const { store, db } = call
    const name = collectionName(call)
    const dropped = await runWrite(call, function* () {
      const collection = store.catalog.find(`${db}.${name}`)
      if (!collection) return undefined
      const nIndexesWas = collection.indexes.length
      store.catalog.drop(collection)
      return nIndexesWas
    })
    if (dropped === undefined) return docOf({ ok: 1 })
    return docOf({ nIndexesWas: dropped, ns: `${db}.${name}`, ok: 1 })
  },
}

export const dropDatabase: Command = {
  fields: [],
  async run(call) {
    const { store, db } = call
    await runWrite(call, function* () {
      for (const collection of store.catalog.list(db)) store.catalog.drop(collection)
    })
    return docOf({ dropped: db, ok: 1 })
  },
}

export const renameCollection: Command = {
  fields: ['to', 'dropTarget'],
  async run(call) {
    const { store, body } = call
    const [from, to] = [collectionName(call), asText(body['to']) ?? '']
    const [db, name] = splitNamespace(to)
    checkNamespace(db, name)
    await runWrite(call, function* () {
      const collection = store.catalog.find(from)
      if (!collection) throw new StoreError('NamespaceNotFound', `Source collection ${from} does not exist`)
      if (from === to) throw new StoreError('IllegalOperation', "Can't rename a collection to itself")
      const target = store.catalog.find(to)
      if (target && !isSet(body['dropTarget']))
        throw new StoreError('NamespaceExists', 'target namespace exists')
      if (target) store.catalog.drop(target)
      // Whoever builds one finds the collection gone and gives up.
      for (const index of collection.indexes) if (index.building) store.catalog.removeIndex(collection, index)
      store.catalog.rename(collection, db, name)
    })
    return docOf({ ok: 1 })
  },
}

function splitNamespace(ns: string): [string, string] {
  const dot = ns.indexOf('.')
  return dot < 0 ? [ns, ''] : [ns.slice(0, dot), ns.slice(dot + 1)]
}

/** The collections of a database. */
export const listCollections: Command = {
  fields: ['filter', 'nameOnly', 'cursor', 'authorizedCollections'],
  async run(call) {
    const accepts = compileFilter(docField(call, 'filter') ?? newDoc())
    const docs = call.store.catalog
      .list(call.db)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(describe)
      .filter((doc) => accepts(doc))
      .map((doc) => (isSet(call.body['nameOnly']) ? docOf({ name: doc['name'], type: doc['type'] }) : doc))
      .map((doc) => encode(doc))
    return listReply(call, '$cmd.listCollections', docs)
  },
}

function describe(collection: Collection): Doc {
  const id = collection.indexes[0]
  return docOf({
    name: collection.name,
    type: 'collection',
    options: collection.options,
    info: docOf({ readOnly: false, uuid: collection.uuid }),
    idIndex: id && indexSpecification(id),
  })
}

/** Answers a list as a cursor, in batches where the client asks for them. */
export async function listReply(call: CommandCall, name: string, docs: readonly Buffer[]): Promise<Buffer> {
  const size = asNumber(asDoc(call.body['cursor'])?.['batchSize'])
  if (size === undefined) return batchReply('firstBatch', docs, 0n, `${call.db}.${name}`)
  const left = docs.values()
  const cursor = call.store.cursors.make(`${call.db}.${name}`, { next: () => left.next().value })
  return firstBatch(call, cursor, size, false)
}

export const listDatabases: Command = {
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run(call) {
    const accepts = compileFilter(docField(call, 'filter') ?? newDoc())
    const sizes = new Map<string, number>()
    for (const one of call.store.catalog.list()) sizes.set(one.db, (sizes.get(one.db) ?? 0) + one.bytes)
    const all = Array.from(sizes)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, bytes]) => docOf({ name, sizeOnDisk: BigInt(bytes), empty: bytes === 0 }))
      .filter((doc) => accepts(doc))
    if (isSet(call.body['nameOnly'])) {
      return docOf({ databases: all.map((doc) => docOf({ name: doc['name'] })), ok: 1 })
    }
    const total = Array.from(sizes.values()).reduce((sum, bytes) => sum + bytes, 0)
    return docOf({ databases: all, totalSize: BigInt(total), totalSizeMb: BigInt(total >> 20), ok: 1 })
  },
}

/** Changes how long the entries of a TTL index live, hides an index, or changes the validator. */
export const collMod: Command = {
  fields: ['index', 'validator', 'validationLevel', 'validationAction'],
  async run(call) {
    const { store, db } = call
    const name = collectionName(call)
    const change = docField(call, 'index')
    const options = call.body['validator'] === undefined ? undefined : validationOptions(call)
    if (!change && !options) {
      throw new StoreError(
        'InvalidOptions',
        'collMod changes only "index" and "validator" in the embedded store.',
      )
    }
    const reply = docOf({})
    await runWrite(call, function* () {
      const collection = store.catalog.find(`${db}.${name}`)
      if (!collection) throw new StoreError('NamespaceNotFound', 'ns does not exist')
      if (options) store.catalog.changeOptions(collection, options)
      if (!change) return
      const pattern = asDoc(change['keyPattern'])
      const index = collection.indexes.find((one) =>
        pattern ? sameKeyPattern(one.key, pattern) : one.name === change['name'],
      )
      if (!index)
        throw new StoreError(
          'IndexNotFound',
          `cannot find index ${showValue(change['name'])} for ns ${db}.${name}`,
        )
      const seconds = asNumber(change['expireAfterSeconds'])
      if (seconds !== undefined) {
        if (index.ttlSeconds !== undefined) reply['expireAfterSeconds_old'] = index.ttlSeconds
        reply['expireAfterSeconds_new'] = seconds
        index.ttlSeconds = seconds
      }
      if (change['hidden'] !== undefined) {
        reply['hidden_old'] = index.hidden
        index.hidden = isSet(change['hidden'])
        reply['hidden_new'] = index.hidden
      }
      store.catalog.save(collection)
    })
    reply['ok'] = 1
    return reply
  },
}

export const collStats: Command = {
  fields: ['scale'],
  run(call) {
    const name = collectionName(call)
    const collection = call.store.catalog.find(`${call.db}.${name}`)
    const scale = numberField(call, 'scale') ?? 1
    const count = collection?.count ?? 0
    const bytes = collection?.bytes ?? 0
    return docOf({
      ns: `${call.db}.${name}`,
      size: Math.floor(bytes / scale),
      count,
      avgObjSize: count > 0 ? Math.floor(bytes / count) : undefined,
      storageSize: Math.floor(bytes / scale),
      nindexes: collection?.indexes.length ?? 0,
      capped: false,
      ok: 1,
    })
  },
}

export const dbStats: Command = {
  fields: ['scale', 'freeStorage'],
  run(call) {
    const scale = numberField(call, 'scale') ?? 1
    const all = call.store.catalog.list(call.db)
    const objects = all.reduce((sum, one) => sum + one.count, 0)
    const bytes = all.reduce((sum, one) => sum + one.bytes, 0)
    return docOf({
      db: call.db,
      collections: all.length,
      views: 0,
      objects,
      avgObjSize: objects > 0 ? bytes / objects : 0,
      dataSize: bytes / scale,
      storageSize: bytes / scale,
      indexes: all.reduce((sum, one) => sum + one.indexes.length, 0),
      ok: 1,
    })
  },
}

import { ridRange, type Collection, type Index, type StoredIndex } from '../catalog.ts'
import { isDoc, type Doc } from '../bson-types.ts'
import { identicalValues } from '../compare-values.ts'
import { encode } from '../encode.ts'
import { StoreError } from '../errors.ts'
import { sameKeyPattern } from '../plan.ts'
import { asText } from '../read-value.ts'
import { showValue } from '../show-value.ts'
import { checkNamespace, docOf, type Store } from '../store.ts'
import type { Write } from '../write-queue.ts'
import { collectionName, docsField, type Command } from './command.ts'
import { listReply } from './collections.ts'
import { indexSpecification, readSpecification } from './index-specification.ts'
import { runWrite } from './write-loop.ts'

const rowsPerRead = 256
const bytesPerRead = 1024 * 1024

/** Makes indexes. On a collection with documents they are built in slices beside other work. */
export const createIndexes: Command = {
  fields: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
  async run(call) {
    const { store, db } = call
    const name = collectionName(call)
    checkNamespace(db, name)
    const specs = (docsField(call, 'indexes') ?? []).map(readSpecification)
    if (specs.length === 0) throw new StoreError('BadValue', 'Must specify at least one index to create')
    let before = 0
    let after = 0
    let created = false
    const ns = `${db}.${name}`
    const own = new Set<string>()
    try {
      await runWrite(call, function* () {
        created = store.catalog.find(ns) === undefined
        before = store.collectionForWrite(db, name).indexes.length
        for (const spec of specs) yield* ensure(store, ns, spec, own)
        after = store.catalog.find(ns)?.indexes.length ?? 0
      })
    } catch (error) {
      // Parts of what was built are committed. If the disk does not even take their removal, the next build clears them.
      for (const build of own) store.builds.delete(build)
      await store.queue.run(function* () {
        removeGivenUp(store, ns)
      })
      throw error
    }
    return docOf({
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: created,
      note: before === after ? 'all indexes already exist' : undefined,
      ok: 1,
    })
  },
}

/** The same index, if it is there. Throws where one of this name or these keys differs in its options. */
function existing(collection: Collection, spec: Omit<StoredIndex, 'id'>): Index | undefined {
  const isIdIndex = Object.keys(spec.key).join() === '_id'
  for (const index of collection.indexes) {
    const sameKeys = sameKeyPattern(index.key, spec.key)
    const samePartial = identicalValues(index.partial, spec.partial)
    const sameOptions =
      samePartial &&
      (index.unique === spec.unique || isIdIndex) &&
      index.sparse === spec.sparse &&
      index.ttlSeconds === spec.ttlSeconds
    if (sameKeys && sameOptions && (index.name === spec.name || isIdIndex)) return index
    if (index.name === spec.name) {
      const message = `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${spec.name}`
      throw new StoreError('IndexKeySpecsConflict', message)
    }
    if (sameKeys && samePartial && index.unique === spec.unique && index.sparse === spec.sparse) {
      throw new StoreError(
        'IndexOptionsConflict',
        `Index already exists with a different name: ${index.name}`,
      )
    }
    if (sameKeys && samePartial) {
      throw new StoreError(
        'IndexOptionsConflict',
        `An equivalent index already exists with the same name but different options. Existing index: ${index.name}`,
      )
    }
  }
  return undefined
}

/** Makes an index unless it is there, or somebody else gets it done meanwhile. */
function* ensure(store: Store, ns: string, spec: Omit<StoredIndex, 'id'>, own: Set<string>): Write<void> {
  for (;;) {
    removeGivenUp(store, ns)
    const collection = store.catalog.find(ns)
    if (!collection) throw dropped(ns)
    const found = existing(collection, spec)
    if (!found) return yield* build(store, collection, spec, own)
    if (!found.building) return
    yield
  }
}

/** Removes the indexes that nobody builds any more. */
function removeGivenUp({ catalog, builds }: Store, ns: string): void {
  const collection = catalog.find(ns)
  for (const index of collection?.indexes ?? []) {
    if (collection && index.building && !builds.has(buildOf(index))) catalog.removeIndex(collection, index)
  }
}

function buildOf({ prefix }: Index): string {
  return prefix.toString('hex')
}

function dropped(ns: string): StoreError {
  return new StoreError(276, `Index build failed: the collection ${ns} or the index was dropped meanwhile.`)
}

function* build(
  store: Store,
  collection: Collection,
  spec: Omit<StoredIndex, 'id'>,
  own: Set<string>,
): Write<void> {
  const { ns } = collection
  const isEmpty = store.db.lastRid(ridRange(collection.id).from, ridRange(collection.id).to) === undefined
  const added = store.catalog.addIndex(collection, { ...spec, building: !isEmpty })
  if (isEmpty) return
  store.builds.add(buildOf(added))
  own.add(buildOf(added))

  const { to } = ridRange(collection.id)
  let { from } = ridRange(collection.id)
  for (;;) {
    // After a yield the catalog may have been read again, and the collection may be gone.
    const current = store.catalog.find(ns)
    const index = current?.indexes.find((one) => one.id === added.id)
    if (!current || !index || current.id !== collection.id) throw dropped(ns)
    const rows = store.db.documents(from, to, false, rowsPerRead, bytesPerRead)
    for (const row of rows) {
      store.writer.addToIndex(current, index, row)
      from = row.rid + 1
    }
    if (rows.length === 0) {
      index.building = false
      store.catalog.save(current)
      store.builds.delete(buildOf(index))
      return
    }
    if (store.queue.isSliceOver) yield
  }
}

export const listIndexes: Command = {
  fields: ['cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo'],
  async run(call) {
    const name = collectionName(call)
    const collection = call.store.catalog.find(`${call.db}.${name}`)
    if (!collection) throw new StoreError('NamespaceNotFound', `ns does not exist: ${call.db}.${name}`)
    const ready = collection.indexes.filter((index) => !index.building)
    return listReply(
      call,
      name,
      ready.map((index) => encode(indexSpecification(index))),
    )
  },
}

/** Removes indexes by name, by key pattern or all (`*`). */
export const dropIndexes: Command = {
  fields: ['index'],
  async run(call) {
    const { store, db, body } = call
    const name = collectionName(call)
    const wanted = body['index']
    let before = 0
    await runWrite(call, function* () {
      const collection = store.catalog.find(`${db}.${name}`)
      if (!collection) throw new StoreError('NamespaceNotFound', `ns not found ${db}.${name}`)
      before = collection.indexes.length
      for (const index of indexesToDrop(collection, wanted)) store.catalog.removeIndex(collection, index)
    })
    return docOf({ nIndexesWas: before, ok: 1 })
  },
}

function indexesToDrop(collection: Collection, wanted: Doc[string] | undefined): Index[] {
  if (wanted === '*') return collection.indexes.filter((index) => index.id !== 0)
  if (Array.isArray(wanted)) return wanted.flatMap((name) => indexesToDrop(collection, name))
  const found = collection.indexes.find((index) =>
    isDoc(wanted) ? sameKeyPattern(index.key, wanted) : index.name === asText(wanted),
  )
  if (!found)
    throw new StoreError(
      'IndexNotFound',
      `index not found with name [${isDoc(wanted) ? showValue(wanted) : String(asText(wanted))}]`,
    )
  if (found.id === 0) throw new StoreError('InvalidOptions', 'cannot drop _id index')
  return [found]
}

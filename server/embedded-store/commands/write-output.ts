import { newDoc, type Doc } from '../bson-types.ts'
import type { Collection } from '../catalog.ts'
import { decode } from '../decode.ts'
import type { DocSource } from '../doc-source.ts'
import { encodeStored } from '../encode.ts'
import { checkDeadline, StoreError } from '../errors.ts'
import { findRow, planQuery } from '../query.ts'
import { prepareInsert } from '../prepare-insert.ts'
import type { MergeStage, OutputStage } from '../output-stage.ts'
import { checkNamespace, type Store } from '../store.ts'
import type { Write } from '../write-queue.ts'
import { deadlineOf, isUnvalidated, type CommandCall } from './command.ts'
import { runWrite } from './write-loop.ts'

/** Where `$out` gathers its results before they take the place of the old ones. */
export const temporaryPrefix = 'tmp.agg_out.'

let temporaries = 0

/** Writes what a pipeline gives into the collection its last stage names. */
export async function writeOutput(call: CommandCall, results: DocSource, output: OutputStage): Promise<void> {
  const unvalidated = isUnvalidated(call)
  const { store } = call
  const db = output.db ?? call.db
  checkNamespace(db, output.collection)
  const deadline = deadlineOf(call)
  const docs = await gather(results, deadline)
  if (output.kind === 'merge') {
    await runWrite(call, () => merge(store, db, docs, output, unvalidated), deadline)
    return
  }
  const temporary = `${temporaryPrefix}${++temporaries}`
  try {
    await runWrite(
      call,
      () => replaceContent(store, db, output.collection, temporary, docs, unvalidated),
      deadline,
    )
  } catch (error) {
    await store.queue.run(function* () {
      const left = store.catalog.find(`${db}.${temporary}`)
      if (left) store.catalog.drop(left)
    })
    throw error
  }
}

/** Everything is computed before anything is written: a pipeline may read the collection it writes to. */
async function gather(results: DocSource, deadline: number): Promise<Doc[]> {
  const docs = Array<Doc>()
  let sliceEnd = performance.now() + sliceMs
  for (let doc = results.next(); doc !== undefined; doc = results.next()) {
    if (doc) docs.push(doc)
    checkDeadline(deadline)
    if (performance.now() < sliceEnd) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceEnd = performance.now() + sliceMs
  }
  return docs
}

const sliceMs = 8

function* replaceContent(
  store: Store,
  db: string,
  name: string,
  temporary: string,
  docs: readonly Doc[],
  unvalidated: boolean,
): Write<void> {
  const target = store.catalog.find(`${db}.${name}`)
  const fresh = store.catalog.create(db, temporary, target?.options ?? newDoc())
  for (const index of target?.indexes ?? [])
    if (index.id !== 0 && !index.building) store.catalog.addIndex(fresh, { ...index, multikey: false })
  for (const [i, doc] of docs.entries()) {
    const collection = store.catalog.find(`${db}.${temporary}`)
    if (!collection)
      throw new StoreError('NamespaceNotFound', `The output of $out to ${db}.${name} was dropped meanwhile.`)
    store.writer.insert(collection, prepareInsert(encodeStored(doc), Date.now()), unvalidated)
    if (i % 16 === 0 && store.queue.isSliceOver) yield
  }
  const old = store.catalog.find(`${db}.${name}`)
  if (old) store.catalog.drop(old)
  const full = store.catalog.find(`${db}.${temporary}`)
  if (full) store.catalog.rename(full, db, name)
}

function* merge(
  store: Store,
  db: string,
  docs: readonly Doc[],
  stage: MergeStage,
  unvalidated: boolean,
): Write<void> {
  const ns = `${db}.${stage.collection}`
  checkUnique(store.catalog.find(ns), stage.on)
  for (const [i, doc] of docs.entries()) {
    yield* mergeOne(store, db, doc, stage, unvalidated)
    if (i % 16 === 0 && store.queue.isSliceOver) yield
  }
}

function checkUnique(collection: Collection | undefined, on: readonly string[]): void {
  const wanted = on.toSorted().join()
  if (wanted === '_id') return
  const has = collection?.indexes.some(
    (index) =>
      index.unique &&
      !index.partial &&
      index.fields
        .map((field) => field.path)
        .toSorted()
        .join() === wanted,
  )
  if (!has) throw new StoreError(51183, 'Cannot find index to verify that join fields will be unique')
}

function* mergeOne(store: Store, db: string, doc: Doc, stage: MergeStage, unvalidated: boolean): Write<void> {
  const collection = store.collectionForWrite(db, stage.collection)
  const incoming = decode(prepareInsert(encodeStored(doc), Date.now()))
  const query = planQuery(store, collection, { filter: stage.filterFor(incoming), limit: 1 })
  const row = query && (yield* findRow(store, query))
  if (!row) {
    if (stage.whenNotMatched === 'insert')
      store.writer.insert(collection, encodeStored(incoming), unvalidated)
    else if (stage.whenNotMatched === 'fail') {
      throw new StoreError(
        13113,
        '$merge could not find a matching document in the target collection for at least one document in the source collection',
      )
    }
    return
  }
  if (stage.whenMatched === 'fail') {
    // Inserting it is what MongoDB does, so that the error names the key.
    store.writer.insert(collection, encodeStored(incoming), unvalidated)
    return
  }
  const existing = decode(row.doc)
  const combined = stage.combine(existing, incoming)
  if (combined !== existing) store.writer.replace(collection, row, encodeStored(combined), unvalidated)
}

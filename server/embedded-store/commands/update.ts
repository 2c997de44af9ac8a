import { newDoc, type Doc } from '../bson-types.ts'
import type { Collection } from '../catalog.ts'
import { changeDocument, checkMulti, upsertDocument } from '../change-document.ts'
import { StoreError } from '../errors.ts'
import { findRow, nextRow, planQuery, type PlannedQuery } from '../query.ts'
import { asDoc, isSet } from '../read-value.ts'
import { checkNamespace, docOf, rawTest } from '../store.ts'
import { compileUpdate } from '../update.ts'
import type { Write } from '../write-queue.ts'
import {
  collectionName,
  expressionContext,
  hintField,
  isUnvalidated,
  refuseCollation,
  type Command,
  type CommandCall,
} from './command.ts'
import { checkBatchSize } from './insert.ts'
import { checkOperation, operationsOf } from './operations.ts'
import { addConcernError, runWrite, runWrites, type WriteOutcome } from './write-loop.ts'

/** Changes documents by operators, whole replacements or pipelines. */
export const update: Command = {
  fields: ['updates', 'ordered', 'let', 'bypassDocumentValidation'],
  async run(call) {
    const name = collectionName(call)
    checkNamespace(call.db, name)
    const updates = operationsOf(call, 'updates')
    checkBatchSize(updates.length)
    for (const one of updates) checkOperation('update.updates', one, updateFields)
    const ordered = call.body['ordered'] !== false
    const reply = await runWrite(call, () =>
      runWrites(call, updates.length, ordered, true, (index, outcome) => {
        const one = updates[index]
        if (one) return updateMatching(call, call.db, name, one, index, outcome)
      }),
    )
    return addConcernError(call, reply)
  },
}

const updateFields = ['q', 'u', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation']

/** Carries out one update, which stands at `index` of its command, in the collection `name` of the database `db`. */
export function* updateMatching(
  call: CommandCall,
  db: string,
  name: string,
  one: Doc,
  index: number,
  outcome: WriteOutcome,
): Write<void> {
  const { store } = call
  const ns = `${db}.${name}`
  refuseCollation(one['collation'])
  const context = expressionContext(call)
  const filter = asDoc(one['q']) ?? newDoc()
  const arrayFilters = one['arrayFilters']
  if (arrayFilters !== undefined && !Array.isArray(arrayFilters)) {
    throw new StoreError('TypeMismatch', "BSON field 'update.updates.arrayFilters' must be an array")
  }
  const update = compileUpdate(one['u'] ?? null, { ...context, arrayFilters })
  const multi = isSet(one['multi'])
  checkMulti(update, multi)
  const collection = store.catalog.find(ns)
  const hint = hintField(one['hint'])
  const query = planQuery(store, collection, { filter, hint, limit: multi ? 0 : 1, context })
  const change = { test: query?.test, update, unvalidated: isUnvalidated(call) }
  if (!query || !collection) return upsert()
  if (multi) return yield* updateMany(query, collection)

  const row = yield* findRow(store, query)
  const current = store.catalog.find(ns)
  if (!row || current?.id !== collection.id) return upsert()
  const isChanged = changeDocument(store, current, row, change).write()
  outcome.n++
  if (isChanged) modified(outcome)

  /** The matching documents are found first: a change that moves a document in the index must not find it again. */
  function* updateMany(matching: PlannedQuery, from: Collection): Write<void> {
    // Others may move a document forward in the index meanwhile, so that it comes by twice.
    const found = new Set<number>()
    const version = store.version()
    const source = matching.open()
    for (let row = yield* nextRow(store, source); row; row = yield* nextRow(store, source)) {
      found.add(row.rid)
      if (found.size % 64 === 0 && store.queue.isSliceOver) yield
    }
    const accepts = rawTest(matching.test)
    let done = 0
    for (const rid of found) {
      if (++done % 16 === 0 && store.queue.isSliceOver) yield
      const current = store.catalog.find(ns)
      if (current?.id !== from.id) return
      const doc = store.db.document(rid)
      // Between slices others may have changed it, so that it no longer matches.
      if (!doc || (store.version() !== version && !accepts(doc))) continue
      outcome.n++
      if (changeDocument(store, current, { rid, doc }, change).write()) modified(outcome)
    }
    if (found.size === 0) upsert()
  }

  function upsert(): void {
    if (!isSet(one['upsert'])) return
    const { doc, write } = upsertDocument(store, db, name, filter, change)
    write()
    outcome.n++
    outcome.upserted.push(docOf({ index, _id: doc['_id'] ?? null }))
  }
}

function modified(outcome: WriteOutcome): void {
  outcome.nModified = (outcome.nModified ?? 0) + 1
}

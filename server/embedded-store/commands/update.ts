import { newDoc, type Doc } from '../bson-types.ts'
import { changeDocument, checkMulti, insertUpserted } from '../change-document.ts'
import { StoreError } from '../errors.ts'
import { nextRow, planQuery } from '../query.ts'
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
import { addConcernError, runWrites, type WriteOutcome } from './write-loop.ts'

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
    const reply = await call.store.queue.run(() =>
      runWrites(call, updates.length, ordered, true, (index, outcome) => {
        const one = updates[index]
        if (one) return updateMatching(call, name, one, index, outcome)
      }),
    )
    return addConcernError(call, reply)
  },
}

const updateFields = ['q', 'u', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation']

function updateMatching(
  call: CommandCall,
  name: string,
  one: Doc,
  index: number,
  outcome: WriteOutcome,
): Write<void> | void {
  const { store, db } = call
  refuseCollation(one['collation'])
  const context = expressionContext(call)
  const filter = asDoc(one['q']) ?? newDoc()
  const arrayFilters = one['arrayFilters']
  if (arrayFilters !== undefined && !Array.isArray(arrayFilters)) {
    throw new StoreError('TypeMismatch', "BSON field 'update.updates.arrayFilters' must be an array")
  }
  const change = {
    update: compileUpdate(one['u'] ?? null, { ...context, arrayFilters }),
    unvalidated: isUnvalidated(call),
  }
  const multi = isSet(one['multi'])
  checkMulti(change.update, multi)
  const collection = store.catalog.find(`${db}.${name}`)
  const hint = hintField(one['hint'])
  const query = planQuery(store, collection, { filter, hint, limit: multi ? 0 : 1, context })
  if (collection && query && multi) {
    return updateMany()
  }
  const row = query && nextRow(query.open())
  if (collection && query && row) {
    outcome.n++
    if (changeDocument(store, collection, row, { test: query.test, ...change }).modified) modified(outcome)
  } else {
    upsert()
  }

  /** The matching documents are found first: a change that moves a document in the index must not find it again. */
  function* updateMany(): Write<void> {
    if (!query) return
    const found = Array<number>()
    const source = query.open()
    for (let step = source.next(); step !== undefined; step = source.next()) {
      if (step) found.push(step.rid)
      if (found.length % 256 === 0 && store.queue.isSliceOver) yield
    }
    const version = store.version()
    const accepts = rawTest(query.test)
    for (const [i, rid] of found.entries()) {
      const current = store.catalog.find(`${db}.${name}`)
      const doc = current && store.db.document(rid)
      if (!current || !doc) continue
      // Between slices others may have changed it, so that it no longer matches.
      if (store.version() !== version && !accepts(doc)) continue
      outcome.n++
      if (changeDocument(store, current, { rid, doc }, { test: query.test, ...change }).modified)
        modified(outcome)
      if (i % 16 === 0 && store.queue.isSliceOver) yield
    }
    if (found.length === 0) upsert()
  }

  function upsert(): void {
    if (!isSet(one['upsert'])) return
    const doc = insertUpserted(store, db, name, filter, change)
    outcome.n++
    outcome.upserted.push(docOf({ index, _id: doc['_id'] ?? null }))
  }
}

function modified(outcome: WriteOutcome): void {
  outcome.nModified = (outcome.nModified ?? 0) + 1
}

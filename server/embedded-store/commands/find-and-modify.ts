import { newDoc, type Doc } from '../bson-types.ts'
import { changeDocument, insertUpserted } from '../change-document.ts'
import { decode } from '../decode.ts'
import { StoreError } from '../errors.ts'
import { compileProjection } from '../projection.ts'
import { findRow, planQuery } from '../query.ts'
import { isSet } from '../read-value.ts'
import { checkNamespace, docOf } from '../store.ts'
import { compileUpdate, type Update } from '../update.ts'
import type { Write } from '../write-queue.ts'
import {
  collectionName,
  docField,
  expressionContext,
  hintField,
  isUnvalidated,
  refuseCollation,
  retryOf,
  type Command,
  type CommandCall,
} from './command.ts'
import { addConcernError, durabilityOf } from './write-loop.ts'

/** Changes, replaces or removes one document and returns it, in one step no other write can come between. */
export const findAndModify: Command = {
  fields: [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'arrayFilters',
    'hint',
    'let',
    'collation',
    'bypassDocumentValidation',
  ],
  async run(call) {
    const { store, body } = call
    const name = collectionName(call)
    checkNamespace(call.db, name)
    refuseCollation(body['collation'])
    const remove = isSet(body['remove'])
    const change = readUpdate(call, remove)
    const retry = retryOf(call)
    const reply = await store.queue.run(function* () {
      const known = retry && store.sessions.progress(retry.session, retry.txn)
      if (known) return known.reply
      const made = yield* modify(call, name, change)
      if (retry) store.sessions.keep(retry.session, retry.txn, { reply: made, next: 1, done: true })
      return made
    }, durabilityOf(call))
    return addConcernError(call, reply)
  },
}

function readUpdate(call: CommandCall, remove: boolean): Update | undefined {
  const { body } = call
  const spec = body['update']
  if (remove) {
    if (spec !== undefined)
      throw new StoreError('FailedToParse', 'Cannot specify both an update and remove=true')
    if (isSet(body['upsert']))
      throw new StoreError('FailedToParse', 'Cannot specify both upsert=true and remove=true')
    if (isSet(body['new'])) {
      throw new StoreError(
        'FailedToParse',
        "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
      )
    }
    return undefined
  }
  if (spec === undefined)
    throw new StoreError('FailedToParse', 'Either an update or remove=true must be specified')
  const arrayFilters = body['arrayFilters']
  return compileUpdate(spec, {
    ...expressionContext(call),
    arrayFilters: Array.isArray(arrayFilters) ? arrayFilters : undefined,
  })
}

function* modify(call: CommandCall, name: string, update: Update | undefined): Write<Doc> {
  const unvalidated = isUnvalidated(call)
  const { store, db, body } = call
  const filter = docField(call, 'query') ?? newDoc()
  const context = expressionContext(call)
  const fields = docField(call, 'fields')
  const project =
    fields && Object.keys(fields).length > 0 ? compileProjection(fields, filter, context) : (doc: Doc) => doc
  const planned = store.catalog.find(`${db}.${name}`)
  const query = planQuery(store, planned, {
    filter,
    sort: docField(call, 'sort'),
    hint: hintField(body['hint']),
    limit: 1,
    context,
  })
  const row = query && (yield* findRow(store, query))
  const collection = store.catalog.find(`${db}.${name}`)
  if (!collection || collection.id !== planned?.id || !query || !row) {
    if (!update || !isSet(body['upsert'])) {
      const lastErrorObject = docOf({ n: 0, updatedExisting: update ? false : undefined })
      return docOf({ lastErrorObject, value: null, ok: 1 })
    }
    const made = insertUpserted(store, db, name, filter, { update, unvalidated })
    return docOf({
      lastErrorObject: docOf({ n: 1, updatedExisting: false, upserted: made['_id'] ?? null }),
      value: isSet(body['new']) ? project(made) : null,
      ok: 1,
    })
  }
  if (!update) {
    store.writer.remove(collection, row)
    return docOf({ lastErrorObject: docOf({ n: 1 }), value: project(decode(row.doc)), ok: 1 })
  }
  const { before, after } = changeDocument(store, collection, row, { test: query.test, update, unvalidated })
  return docOf({
    lastErrorObject: docOf({ n: 1, updatedExisting: true }),
    value: project(decode(isSet(body['new']) ? after : before)),
    ok: 1,
  })
}

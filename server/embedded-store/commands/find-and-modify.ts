import { newDoc, type Doc } from '../bson-types.ts'
import { changeDocument, upsertDocument } from '../change-document.ts'
import { decode } from '../decode.ts'
import { StoreError } from '../errors.ts'
import { compileProjection } from '../projection.ts'
import { findRow, planQuery } from '../query.ts'
import { isSet } from '../read-value.ts'
import { encodeProgress } from '../sessions.ts'
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
import { addConcernError, runWrite } from './write-loop.ts'

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
    const reply = await runWrite(call, function* () {
      const known = retry && store.sessions.progress(retry.session, retry.txn)
      if (known) return known.reply
      const { reply: made, write } = yield* prepare(call, name, change)
      // Whoever is told of a failure must find nothing changed: the answer is there before anything is.
      const kept = encodeProgress({ reply: made, next: 1, done: true })
      write()
      if (retry) store.sessions.keep(retry.session, retry.txn, kept)
      return made
    })
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

/** A change that can be answered. */
interface Prepared {
  readonly reply: Doc
  readonly write: () => void
}

function* prepare(call: CommandCall, name: string, update: Update | undefined): Write<Prepared> {
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
      return { reply: docOf({ lastErrorObject, value: null, ok: 1 }), write: () => undefined }
    }
    const { doc, write } = upsertDocument(store, db, name, filter, { update, unvalidated })
    const lastErrorObject = docOf({ n: 1, updatedExisting: false, upserted: doc['_id'] ?? null })
    const value = isSet(body['new']) ? project(doc) : null
    return { reply: docOf({ lastErrorObject, value, ok: 1 }), write }
  }
  if (!update) {
    const reply = docOf({ lastErrorObject: docOf({ n: 1 }), value: project(decode(row.doc)), ok: 1 })
    return { reply, write: () => store.writer.remove(collection, row) }
  }
  const { before, after, write } = changeDocument(store, collection, row, {
    test: query.test,
    update,
    unvalidated,
  })
  const lastErrorObject = docOf({ n: 1, updatedExisting: true })
  const value = project(decode(isSet(body['new']) ? after : before))
  return { reply: docOf({ lastErrorObject, value, ok: 1 }), write }
}

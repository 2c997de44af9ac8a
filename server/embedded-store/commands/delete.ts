import { newDoc, type Doc } from '../bson-types.ts'
import { StoreError } from '../errors.ts'
import { nextRow, openQuery } from '../query.ts'
import { asDoc, asNumber } from '../read-value.ts'
import { checkNamespace } from '../store.ts'
import type { Write } from '../write-queue.ts'
import {
  collectionName,
  expressionContext,
  hintField,
  refuseCollation,
  type Command,
  type CommandCall,
} from './command.ts'
import { checkBatchSize } from './insert.ts'
import { checkOperation, operationsOf } from './operations.ts'
import { addConcernError, runWrite, runWrites, type WriteOutcome } from './write-loop.ts'

/** Removes documents. */
export const deleteCommand: Command = {
  fields: ['deletes', 'ordered', 'let'],
  async run(call) {
    const name = collectionName(call)
    checkNamespace(call.db, name)
    const deletes = operationsOf(call, 'deletes')
    checkBatchSize(deletes.length)
    for (const one of deletes) checkOperation('delete.deletes', one, deleteFields)
    const ordered = call.body['ordered'] !== false
    const reply = await runWrite(call, () =>
      runWrites(call, deletes.length, ordered, false, (index, outcome) => {
        const one = deletes[index]
        if (one) return removeMatching(call, call.db, name, one, outcome)
      }),
    )
    return addConcernError(call, reply)
  },
}

const deleteFields = ['q', 'limit', 'hint', 'collation']

/** Carries out one delete in the collection `name` of the database `db`. */
export function* removeMatching(
  call: CommandCall,
  db: string,
  name: string,
  one: Doc,
  outcome: WriteOutcome,
): Write<void> {
  refuseCollation(one['collation'])
  const { store } = call
  const ns = `${db}.${name}`
  const limit = asNumber(one['limit'])
  if (limit !== 0 && limit !== 1) {
    throw new StoreError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`)
  }
  const filter = asDoc(one['q']) ?? newDoc()
  const hint = hintField(one['hint'])
  const from = store.catalog.find(ns)
  const source = openQuery(store, from, {
    filter,
    hint,
    limit,
    context: expressionContext(call),
  })
  let removed = 0
  for (let row = yield* nextRow(store, source); row; row = yield* nextRow(store, source)) {
    const collection = store.catalog.find(ns)
    if (!collection || collection.id !== from?.id) return
    store.writer.remove(collection, row)
    outcome.n++
    if (++removed % 16 === 0 && limit === 0 && store.queue.isSliceOver) yield
  }
}

import { StoreError } from '../errors.ts'
import { prepareInsert } from '../prepare-insert.ts'
import { checkNamespace } from '../store.ts'
import { collectionName, isUnvalidated, type Command } from './command.ts'
import { addConcernError, runWrite, runWrites } from './write-loop.ts'

const operationsMax = 100_000

/** Stores documents, as the bytes they came in. */
export const insert: Command = {
  fields: ['documents', 'ordered', 'bypassDocumentValidation'],
  async run(call) {
    const { store, db } = call
    const name = collectionName(call)
    checkNamespace(db, name)
    const documents = call.request.sequences.get('documents') ?? []
    checkBatchSize(documents.length)
    const ordered = call.body['ordered'] !== false
    const now = Date.now()
    const unvalidated = isUnvalidated(call)
    const reply = await runWrite(call, () =>
      runWrites(call, documents.length, ordered, false, (index, outcome) => {
        const document = documents[index]
        if (!document) return
        const prepared = prepareInsert(document, now)
        store.writer.insert(store.collectionForWrite(db, name), prepared, unvalidated)
        outcome.n++
      }),
    )
    return addConcernError(call, reply)
  },
}

/** Refuses an empty list of operations, and more than a server takes at once. */
export function checkBatchSize(count: number): void {
  if (count >= 1 && count <= operationsMax) return
  throw new StoreError(
    'InvalidLength',
    `Write batch sizes must be between 1 and ${operationsMax}. Got ${count} operations.`,
  )
}

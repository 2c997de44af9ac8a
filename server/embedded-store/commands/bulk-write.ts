import { newDoc, type Doc, type Value } from '../bson-types.ts'
import { decode } from '../decode.ts'
import { StoreError } from '../errors.ts'
import { prepareInsert } from '../prepare-insert.ts'
import { bsonType, bytesOf, eachField, nameOf, type RawValue } from '../raw-bson.ts'
import { asDoc, asNumber, asText, isSet } from '../read-value.ts'
import { checkNamespace, docOf } from '../store.ts'
import type { Write } from '../write-queue.ts'
import { docsField, isUnvalidated, retryOf, type Command, type CommandCall } from './command.ts'
import { removeMatching } from './delete.ts'
import { checkBatchSize } from './insert.ts'
import { checkOperation } from './operations.ts'
import { updateMatching } from './update.ts'
import { addConcernError, runWrite, writeError, type WriteOutcome } from './write-loop.ts'

interface Namespace {
  readonly db: string
  readonly name: string
}

/** One operation: where, and what is done there. */
interface Operation {
  readonly kind: 'insert' | 'update' | 'delete'
  run(outcome: WriteOutcome): void | Write<void>
}

/**
 * Inserts, updates and deletes in several collections as one command, the `bulkWrite` of MongoDB 8.0
 * (https://www.mongodb.com/docs/manual/reference/command/bulkWrite/, 2026-11-26). The whole answer is in its first batch.
 */
export const bulkWrite: Command = {
  fields: ['ops', 'nsInfo', 'ordered', 'let', 'bypassDocumentValidation', 'errorsOnly'],
  async run(call) {
    const { body } = call
    if (call.db !== 'admin') {
      throw new StoreError('Unauthorized', 'bulkWrite may only be run against the admin database.')
    }
    if (retryOf(call)) {
      throw new StoreError(
        'CommandNotSupported',
        'The embedded store serves bulkWrite without txnNumber only.',
      )
    }
    const namespaces = (docsField(call, 'nsInfo') ?? []).map(readNamespace)
    const raw = call.request.sequences.get('ops') ?? []
    checkBatchSize(raw.length)
    const now = Date.now()
    const operations = raw.map((bytes, index) => readOperation(call, namespaces, bytes, index, now))
    const reply = await runWrite(call, () => runAll(call, operations, body['ordered'] !== false))
    return addConcernError(call, reply)
  },
}

function* runAll(call: CommandCall, operations: readonly Operation[], ordered: boolean): Write<Doc> {
  const errorsOnly = isSet(call.body['errorsOnly'])
  const answers: Doc[] = []
  const total = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 }
  for (const [idx, operation] of operations.entries()) {
    const outcome: WriteOutcome = { n: 0, nModified: undefined, upserted: [], writeErrors: [] }
    try {
      const longer = operation.run(outcome)
      if (longer) yield* longer
      count(operation, outcome)
      if (!errorsOnly) answers.push(answerOf(operation, idx, outcome))
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      total.nErrors++
      answers.push(Object.assign(newDoc(), { ok: 0, idx, n: 0 }, withoutIndex(writeError(idx, error))))
      if (ordered) break
    }
    if (idx % 8 === 7 && idx + 1 < operations.length && call.store.queue.isSliceOver) yield
  }
  const cursor = docOf({ id: 0n, firstBatch: answers, ns: 'admin.$cmd.bulkWrite' })
  return docOf({ cursor, ...total, ok: 1 })

  function count({ kind }: Operation, { n, nModified, upserted }: WriteOutcome): void {
    if (kind === 'insert') total.nInserted += n
    else if (kind === 'delete') total.nDeleted += n
    else {
      total.nMatched += n - upserted.length
      total.nModified += nModified ?? 0
      total.nUpserted += upserted.length
    }
  }
}

function answerOf({ kind }: Operation, idx: number, { n, nModified, upserted }: WriteOutcome): Doc {
  const id = upserted[0]?.['_id']
  return docOf({
    ok: 1,
    idx,
    n,
    nModified: kind === 'update' ? (nModified ?? 0) : undefined,
    upserted: id === undefined ? undefined : docOf({ _id: id }),
  })
}

function withoutIndex({ index: _index, ...error }: Doc): Doc {
  return error
}

function readNamespace(entry: Doc): Namespace {
  checkOperation('bulkWrite.nsInfo', entry, ['ns'])
  const ns = asText(entry['ns']) ?? ''
  const dot = ns.indexOf('.')
  const found = { db: ns.slice(0, Math.max(dot, 0)), name: ns.slice(dot + 1) }
  checkNamespace(found.db, found.name)
  return found
}

const updateFields = [
  'update',
  'filter',
  'updateMods',
  'multi',
  'upsert',
  'arrayFilters',
  'hint',
  'collation',
]
const deleteFields = ['delete', 'filter', 'multi', 'hint', 'collation']

function readOperation(
  call: CommandCall,
  namespaces: readonly Namespace[],
  bytes: Buffer,
  index: number,
  nowMs: number,
): Operation {
  const { fields, document } = readFields(bytes)
  const [kind] = Object.keys(fields)
  const { db, name } = namespaceOf(namespaces, kind === undefined ? undefined : fields[kind])
  if (kind === 'insert') {
    checkOperation('bulkWrite.ops', fields, ['insert'])
    if (!document)
      throw new StoreError(40414, "BSON field 'bulkWrite.ops.document' is missing but a required field")
    const unvalidated = isUnvalidated(call)
    const { store } = call
    return {
      kind,
      run(outcome) {
        store.writer.insert(store.collectionForWrite(db, name), prepareInsert(document, nowMs), unvalidated)
        outcome.n++
      },
    }
  }
  const filter = asDoc(fields['filter']) ?? newDoc()
  const { multi, upsert, arrayFilters, hint, collation, updateMods } = fields
  if (kind === 'update') {
    checkOperation('bulkWrite.ops', fields, updateFields)
    const one = docOf({ q: filter, u: updateMods, multi, upsert, arrayFilters, hint, collation })
    return { kind, run: (outcome) => updateMatching(call, db, name, one, index, outcome) }
  }
  if (kind === 'delete') {
    checkOperation('bulkWrite.ops', fields, deleteFields)
    const one = docOf({ q: filter, limit: isSet(multi) ? 0 : 1, hint, collation })
    return { kind, run: (outcome) => removeMatching(call, db, name, one, outcome) }
  }
  throw new StoreError(
    'FailedToParse',
    `The first field of an operation must be insert, update or delete; got '${kind}'.`,
  )
}

const insertStart = Buffer.from('insert\0')

/** The fields of an operation; the document of an insert stays as it came. */
function readFields(bytes: Buffer): { fields: Doc; document?: Buffer } {
  if (bytes.compare(insertStart, 0, insertStart.length, 5, 5 + insertStart.length) !== 0)
    return { fields: decode(bytes) }
  const fields = newDoc()
  let document: Buffer | undefined
  eachField(bytes, 0, (field) => {
    const name = nameOf(field)
    if (name === 'document' && field.type === bsonType.object) document = bytesOf(field)
    else fields[name] = numberOf(field)
  })
  return document ? { fields, document } : { fields }
}

function numberOf({ type, bytes, start }: RawValue): Value {
  return type === bsonType.int32 ? bytes.readInt32LE(start) : null
}

function namespaceOf(namespaces: readonly Namespace[], at: Value | undefined): Namespace {
  const found = namespaces[asNumber(at) ?? -1]
  if (found) return found
  throw new StoreError(
    'BadValue',
    `BulkWrite ops entry names namespace ${String(asNumber(at))}, which nsInfo does not have.`,
  )
}

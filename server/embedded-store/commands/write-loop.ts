import { newDoc, type Doc } from '../bson-types.ts'
import { StoreError } from '../errors.ts'
import { asDoc, asDocs, asNumber, asText } from '../read-value.ts'
import type { Durability, Write } from '../write-queue.ts'
import { encodeProgress } from '../sessions.ts'
import { docOf } from '../store.ts'
import { deadlineOf, retryOf, type CommandCall } from './command.ts'

/** What an `insert`, `update` or `delete` has done so far; it becomes the reply. */
export interface WriteOutcome {
  n: number
  nModified: number | undefined
  upserted: Doc[]
  writeErrors: Doc[]
}

/** One operation of the list. Throws a StoreError that becomes an entry of `writeErrors`. */
export type WriteOperation = (index: number, outcome: WriteOutcome) => void | Write<void>

const operationsBetweenClocks = 8

/**
 * Runs the operations of a write command in order, in slices that can be committed on their own. A numbered (retryable)
 * write keeps how far it has come in the same commit, so that a repeat goes on there or gets the finished reply.
 */
export function* runWrites(
  call: CommandCall,
  count: number,
  ordered: boolean,
  countsModified: boolean,
  operation: WriteOperation,
): Write<Doc> {
  const retry = retryOf(call)
  const known = retry && call.store.sessions.progress(retry.session, retry.txn)
  if (known?.done) return known.reply
  const outcome = known
    ? outcomeOf(known.reply)
    : { n: 0, nModified: countsModified ? 0 : undefined, upserted: [], writeErrors: [] }

  for (let index = known?.next ?? 0; index < count; index++) {
    try {
      const longer = operation(index, outcome)
      if (longer) yield* longer
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      outcome.writeErrors.push(writeError(index, error))
      if (ordered) break
    }
    if (index % operationsBetweenClocks === 0 && index + 1 < count && call.store.queue.isSliceOver) {
      if (retry) {
        const progress = encodeProgress({ reply: replyOf(outcome), next: index + 1, done: false })
        call.store.sessions.keep(retry.session, retry.txn, progress)
      }
      yield
    }
  }
  const reply = replyOf(outcome)
  if (retry) {
    const progress = encodeProgress({ reply, next: count, done: true })
    call.store.sessions.keep(retry.session, retry.txn, progress)
  }
  return reply
}

function replyOf(outcome: WriteOutcome): Doc {
  return docOf({
    n: outcome.n,
    nModified: outcome.nModified,
    upserted: outcome.upserted.length > 0 ? outcome.upserted : undefined,
    writeErrors: outcome.writeErrors.length > 0 ? outcome.writeErrors : undefined,
    ok: 1,
  })
}

function outcomeOf(reply: Doc): WriteOutcome {
  return {
    n: asNumber(reply['n']) ?? 0,
    nModified: asNumber(reply['nModified']),
    upserted: asDocs(reply['upserted']) ?? [],
    writeErrors: asDocs(reply['writeErrors']) ?? [],
  }
}

/** An entry of `writeErrors`. */
export function writeError(index: number, error: StoreError): Doc {
  const doc = docOf({ index, code: error.code, errmsg: error.message })
  addExtra(doc, error)
  return doc
}

/** The whole reply for a command that failed. */
export function errorReply(error: StoreError): Doc {
  const doc = docOf({ ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName })
  addExtra(doc, error)
  return doc
}

function addExtra(doc: Doc, error: StoreError): void {
  for (const [name, value] of Object.entries(error.extra ?? {})) {
    // Extra fields are documents (`keyPattern`, `keyValue`) or texts.
    if (typeof value === 'string') doc[name] = value
    else if (typeof value === 'object' && value !== null) doc[name] = Object.assign(newDoc(), value)
  }
}

/** Runs the write of a command, as durable and for as long as its client asks for. */
export function runWrite<T>(
  call: CommandCall,
  start: () => Write<T>,
  deadline = deadlineOf(call),
): Promise<T> {
  return call.store.queue.run(start, durabilityOf(call), deadline)
}

/** `j: false` says that a write need not be on disk before its answer; a majority always has it in its journal. */
function durabilityOf({ body }: CommandCall): Durability {
  const concern = asDoc(body['writeConcern'])
  return concern?.['j'] === false && asText(concern['w']) === undefined ? 'soon' : 'at_once'
}

/** `writeConcern` numbers this store cannot satisfy: it is one member. The write itself is done. */
export function addConcernError(call: CommandCall, reply: Doc): Doc {
  const concern = asDoc(call.body['writeConcern'])
  const members = asNumber(concern?.['w']) ?? 1
  const tag = asText(concern?.['w'])
  if (members <= 1 && (tag === undefined || tag === 'majority')) return reply
  const errmsg =
    tag === undefined
      ? 'Not enough data-bearing nodes'
      : `No write concern mode named '${tag}' found in replica set configuration`
  const doc = docOf(Object.fromEntries(Object.entries(reply)))
  doc['writeConcernError'] = docOf({
    code: tag === undefined ? 100 : 79,
    codeName: tag === undefined ? 'UnsatisfiableWriteConcern' : 'UnknownReplWriteConcern',
    errmsg,
  })
  return doc
}

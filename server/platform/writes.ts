import { MongoInvalidArgumentError } from 'mongodb'
import type { Collection, Document, Filter, UpdateFilter } from 'mongodb'

/** A document whose id the caller made. */
export interface Named {
  _id: string
}

/** One update of one document, carried out only while `guard` still describes it. */
export interface GuardedUpdate<T extends Named> {
  /** Carries the id of the document. */
  guard: Filter<T> & { _id: string }
  change: UpdateFilter<T>
  /**
   * Tells from the document as it is now whether this very change went through, for databases that only count how many
   * did. Without it a change counts as not made there as soon as another of the same command was not.
   */
  landed?(doc: T): boolean
}

/**
 * What waits for a write. `now`: something outside, so it is on disk before its caller hears of it. `soon`: only the
 * hub itself; the embedded store makes all writes durable in their order, so it need not stop for these: they are on
 * disk with the next one that it has to stop for, or a moment later (MongoDB makes no difference). `later`: nobody; it
 * goes with the next command that there is anyway, and is otherwise as `soon`.
 */
export type Urgency = 'now' | 'soon' | 'later'

/**
 * The writes of the road. What many callers want written at about the same time goes to the database together, since a
 * command costs far more than a document in it; each caller hears what became of its own.
 */
export interface Writes {
  /**
   * Inserts documents. Returns the positions of those that existed already; that is not an error, since every id names
   * one fact and the pipeline may come by twice. Everything else rejects.
   */
  insertNew<T extends Named>(
    collection: Collection<T>,
    docs: readonly T[],
    urgency?: Urgency,
  ): Promise<ReadonlySet<number>>
  /** Carries out updates; tells of each whether its guard still held. Rejects with `DuplicateKey` where an index refuses one. */
  updateEach<T extends Named>(
    collection: Collection<T>,
    updates: readonly GuardedUpdate<T>[],
    urgency?: Urgency,
  ): Promise<readonly boolean[]>
  /** Sends what waits to go with others, and resolves when nothing is under way. */
  idle(): Promise<void>
}

/** A unique index does not allow what an update would make. */
export class DuplicateKey extends Error {}

/** No database takes a document of this size, however often it is tried. */
export class DocumentTooLarge extends Error {}

/**
 * True where what was to be stored can never be: a document or a text that is larger than there are any. A database
 * that is away, a full disk or a lost lease never look like this.
 */
export function isTooLarge(err: unknown): boolean {
  if (err instanceof DocumentTooLarge) return true
  // The driver's buffer ends, or a text does (V8).
  if (err instanceof MongoInvalidArgumentError) return err.message.startsWith('Document is larger than')
  if (!(err instanceof RangeError)) return false
  return ('code' in err && err.code === 'ERR_OUT_OF_RANGE') || err.message === 'Invalid string length'
}

/** One write of a command, in the collection of this name. */
export type WriteOperation = { collection: string } & (
  { insert: Document } | { guard: Document; change: Document; landed?(doc: Document): boolean }
)

/** What became of one write: how many documents it found or made, or the database's error. */
export interface WriteOutcome {
  n: number
  error?: { code: number; message: string }
}

/**
 * Carries out writes in any order and tells of each what became of it; with `durable` they are on disk by then. Rejects
 * where none of them may have been made.
 */
export type SendWrites = (
  operations: readonly WriteOperation[],
  durable: boolean,
) => Promise<readonly WriteOutcome[]>

/** What of one caller's writes has room in one command. */
interface Part {
  operations: readonly WriteOperation[]
  bytes: number
}

interface Waiting extends Part {
  urgency: Urgency
  settle: (outcomes: readonly WriteOutcome[]) => void
  fail: (err: unknown) => void
}

const DUPLICATE_KEY = 11_000
/** MongoDB, `error_codes.yml`: BSONObjectTooLarge, and what an update would have made of its document. */
const TOO_LARGE = new Set([10_334, 17_419, 17_420])
/** Of the 16 MB that a document may have, with some room for what is only estimated. */
const DOCUMENT_BYTES_MAX = 16 * 1024 * 1024 - 64 * 1024
const OPERATIONS_MAX = 1_000
const BYTES_MAX = 8 * 1024 * 1024
/** What goes with the next command waits for one so long at most. */
const LATER_MS = 50

/**
 * Gathers writes while `inFlightMax` commands are under way; with fewer, what one turn of the event loop brings goes out
 * at its end.
 */
export function createWrites(send: SendWrites, inFlightMax: number): Writes {
  let waiting: Waiting[] = []
  let inFlight = 0
  let scheduled = false
  /** Something waits that does not wait for others to go with. */
  let isDue = false
  let timer: NodeJS.Timeout | undefined

  async function write(
    operations: readonly WriteOperation[],
    urgency: Urgency,
  ): Promise<readonly WriteOutcome[]> {
    const parts = partsOf(operations)
    const [only] = parts
    if (only && parts.length === 1) return wait(only, urgency)
    return (await Promise.all(parts.map((part) => wait(part, urgency)))).flat()
  }

  function wait({ operations, bytes }: Part, urgency: Urgency): Promise<readonly WriteOutcome[]> {
    return new Promise((settle, fail) => {
      waiting.push({ operations, bytes, urgency, settle, fail })
      if (urgency === 'later') timer ??= setTimeout(goNow, LATER_MS)
      else goNow()
    })
  }

  function goNow(): void {
    isDue = true
    schedule()
  }

  function schedule(): void {
    if (scheduled || !isDue || inFlight >= inFlightMax) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      void sendNext()
    })
  }

  async function sendNext(): Promise<void> {
    const batch = nextBatch()
    inFlight++
    schedule()
    await sendBatch(batch)
    inFlight--
    schedule()
  }

  async function sendBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const operations = batch.flatMap((entry) => entry.operations)
      const outcomes = await send(
        operations,
        batch.some(({ urgency }) => urgency === 'now'),
      )
      let from = 0
      for (const entry of batch) {
        const to = from + entry.operations.length
        entry.settle(outcomes.slice(from, to))
        from = to
      }
    } catch (err) {
      // What is too large for the driver takes its neighbours with it, and only alone it shows whose it is.
      if (isTooLarge(err) && batch.length > 1) for (const entry of batch) await sendBatch([entry])
      else for (const entry of batch) entry.fail(err)
    }
  }

  function nextBatch(): Waiting[] {
    let bytes = 0
    let operations = 0
    let count = 0
    for (const entry of waiting) {
      bytes += entry.bytes
      operations += entry.operations.length
      if (count > 0 && (bytes > BYTES_MAX || operations > OPERATIONS_MAX)) break
      count++
    }
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    isDue = waiting.length > 0
    clearTimeout(timer)
    timer = undefined
    return batch
  }

  return {
    async insertNew({ collectionName }, docs, urgency = 'now') {
      if (docs.length === 0) return new Set()
      const outcomes = await write(
        docs.map((insert) => ({ collection: collectionName, insert })),
        urgency,
      )
      const existing = new Set<number>()
      for (const [at, { error }] of outcomes.entries()) {
        if (error?.code === DUPLICATE_KEY) existing.add(at)
        else if (error) throw failureOf(error)
      }
      return existing
    },
    async updateEach({ collectionName }, updates, urgency = 'now') {
      if (updates.length === 0) return []
      const outcomes = await write(
        updates.map((update) => ({ collection: collectionName, ...update })),
        urgency,
      )
      for (const { error } of outcomes) {
        if (error) throw failureOf(error)
      }
      return outcomes.map(({ n }) => n === 1)
    },
    async idle() {
      while (waiting.length > 0 || inFlight > 0) {
        if (waiting.length > 0) goNow()
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  }
}

function failureOf({ code, message }: NonNullable<WriteOutcome['error']>): Error {
  if (code === DUPLICATE_KEY) return new DuplicateKey(message)
  return TOO_LARGE.has(code) ? new DocumentTooLarge(message) : new Error(message)
}

/** Throws before anything is sent where something can never be stored: its neighbours would be refused with it. */
function partsOf(operations: readonly WriteOperation[]): Part[] {
  const parts: Part[] = []
  let from = 0
  let sum = 0
  for (const [at, operation] of operations.entries()) {
    const bytes = bytesOf(operation)
    if (bytes > DOCUMENT_BYTES_MAX) {
      throw new DocumentTooLarge(`${nameOf(operation)} would be a document of ${bytes} bytes.`)
    }
    if (at > from && (sum + bytes > BYTES_MAX || at - from === OPERATIONS_MAX)) {
      parts.push({ operations: operations.slice(from, at), bytes: sum })
      from = at
      sum = 0
    }
    sum += bytes
  }
  parts.push({ operations: from === 0 ? operations : operations.slice(from), bytes: sum })
  return parts
}

function nameOf(operation: WriteOperation): string {
  const { _id } = 'insert' in operation ? operation.insert : operation.guard
  return `${operation.collection}/${String(_id)}`
}

/** About how large this is on the wire, rather more than less: the driver has room for 17 MB in a command. */
function bytesOf(operation: WriteOperation): number {
  return 200 + sizeOf('insert' in operation ? operation.insert : operation.change)
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Buffer.isBuffer(value)) return value.length
  if (typeof value !== 'object' || value === null || value instanceof Date) return 8
  let bytes = 0
  for (const name of Object.keys(value)) bytes += 8 + name.length + sizeOf(Reflect.get(value, name))
  return bytes
}

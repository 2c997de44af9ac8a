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

/** What fits into one command. */
interface Piece {
  operations: readonly WriteOperation[]
  bytes: number
}

interface Waiting extends Piece {
  urgency: Urgency
  settle: (outcomes: readonly WriteOutcome[]) => void
  fail: (err: unknown) => void
}

const DUPLICATE_KEY = 11_000
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
    const outcomes = await Promise.all(inPieces(operations).map((piece) => writePiece(piece, urgency)))
    return outcomes.flat()
  }

  function writePiece(piece: Piece, urgency: Urgency): Promise<readonly WriteOutcome[]> {
    return new Promise((settle, fail) => {
      waiting.push({ ...piece, urgency, settle, fail })
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
      for (const entry of batch) entry.fail(err)
    }
    inFlight--
    schedule()
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
        else if (error) throw new Error(error.message)
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
        if (error)
          throw error.code === DUPLICATE_KEY ? new DuplicateKey(error.message) : new Error(error.message)
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

/** Splits what one caller wants written where it is too large for one command; mostly it is not. */
function inPieces(operations: readonly WriteOperation[]): Piece[] {
  const pieces: { operations: WriteOperation[]; bytes: number }[] = []
  let last: (typeof pieces)[number] | undefined
  for (const operation of operations) {
    const bytes = bytesOf(operation)
    if (last && last.bytes + bytes <= BYTES_MAX && last.operations.length < OPERATIONS_MAX) {
      last.operations.push(operation)
      last.bytes += bytes
    } else {
      last = { operations: [operation], bytes }
      pieces.push(last)
    }
  }
  return pieces
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
  for (const [name, inner] of Object.entries(value)) bytes += 8 + name.length + sizeOf(inner)
  return bytes
}

import { checkDeadline, StoreError } from './errors.ts'

/** Documents ready to be sent, pulled one by one like a `RowSource`. */
export interface ReplySource {
  next(): Buffer | null | undefined
}

/** A query that has not been read to its end. */
export interface Cursor {
  readonly id: bigint
  readonly ns: string
  readonly source: ReplySource
  /** The document that did not fit into the last batch. */
  held: Buffer | undefined
  usedAt: number
  readonly neverExpires: boolean
}

const idleMsMax = 10 * 60_000
const replyBytesMax = 16 * 1024 * 1024
const sliceMs = 8
const stepsBetweenClocks = 64

/** The open cursors. They live in memory: after a restart a client is told that its cursor is gone. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>()
  private lastId = BigInt(Date.now()) << 20n

  /** Makes a cursor over a source; it is only kept once `keep` is called. */
  make(ns: string, source: ReplySource, neverExpires = false): Cursor {
    this.lastId++
    return { id: this.lastId, ns, source, held: undefined, usedAt: Date.now(), neverExpires }
  }

  keep(cursor: Cursor): void {
    this.open.set(cursor.id, cursor)
  }

  /** The cursor a `getMore` names. Throws CursorNotFound. */
  find(id: bigint, ns: string): Cursor {
    const cursor = this.open.get(id)
    if (!cursor || cursor.ns !== ns) throw new StoreError('CursorNotFound', `cursor id ${id} not found`)
    cursor.usedAt = Date.now()
    return cursor
  }

  /** Forgets a cursor; `false` when there was none. */
  close(id: bigint): boolean {
    return this.open.delete(id)
  }

  /** Forgets cursors nobody has asked for in ten minutes. */
  sweep(nowMs: number): void {
    for (const cursor of this.open.values()) {
      if (!cursor.neverExpires && nowMs - cursor.usedAt > idleMsMax) this.open.delete(cursor.id)
    }
  }

  get count(): number {
    return this.open.size
  }
}

/** One batch of a cursor. */
export interface Batch {
  readonly docs: readonly Buffer[]
  readonly done: boolean
}

/**
 * Reads the next batch: at most `sizeMax` documents and 16 MB. Lets other work run whenever it has taken longer than a
 * few milliseconds. Throws MaxTimeMSExpired past `deadline` (of `performance.now()`).
 */
export async function readBatch(cursor: Cursor, sizeMax: number, deadline = Infinity): Promise<Batch> {
  const docs = Array<Buffer>()
  let bytes = 0
  let steps = 0
  let sliceEnd = performance.now() + sliceMs
  while (docs.length < sizeMax) {
    let next: Buffer | null | undefined = cursor.held
    cursor.held = undefined
    next ??= cursor.source.next()
    if (next === undefined) return { docs, done: true }
    if (next) {
      if (docs.length > 0 && bytes + next.length > replyBytesMax) {
        cursor.held = next
        return { docs, done: false }
      }
      docs.push(next)
      bytes += next.length + 16
    }
    if (++steps % stepsBetweenClocks !== 0) continue
    checkDeadline(deadline)
    if (performance.now() < sliceEnd) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceEnd = performance.now() + sliceMs
  }
  return { docs, done: false }
}

/** The reply `{ cursor: { firstBatch | nextBatch, id, ns }, ok: 1 }`, put together from raw documents. */
export function batchReply(
  field: 'firstBatch' | 'nextBatch',
  docs: readonly Buffer[],
  id: bigint,
  ns: string,
): Buffer {
  const nsBytes = Buffer.from(ns)
  let arrayBytes = 5
  for (let i = 0; i < docs.length; i++) arrayBytes += 2 + digits(i) + (docs[i]?.length ?? 0)
  const cursorBytes =
    4 + (1 + field.length + 1) + arrayBytes + (1 + 3 + 8) + (1 + 3 + 4 + nsBytes.length + 1) + 1
  const total = 4 + (1 + 7) + cursorBytes + (1 + 3 + 8) + 1
  const out = Buffer.allocUnsafe(total)
  let at = out.writeInt32LE(total, 0)
  at = element(out, at, 0x03, 'cursor')
  at = out.writeInt32LE(cursorBytes, at)
  at = element(out, at, 0x04, field)
  at = out.writeInt32LE(arrayBytes, at)
  for (const [i, doc] of docs.entries()) {
    at = element(out, at, 0x03, String(i))
    at += doc.copy(out, at)
  }
  out[at++] = 0
  at = element(out, at, 0x12, 'id')
  at = out.writeBigInt64LE(id, at)
  at = element(out, at, 0x02, 'ns')
  at = out.writeInt32LE(nsBytes.length + 1, at)
  at += nsBytes.copy(out, at)
  out[at++] = 0
  out[at++] = 0
  at = element(out, at, 0x01, 'ok')
  at = out.writeDoubleLE(1, at)
  out[at] = 0
  return out
}

function element(out: Buffer, at: number, type: number, name: string): number {
  out[at] = type
  const end = at + 1 + out.write(name, at + 1, 'latin1')
  out[end] = 0
  return end + 1
}

function digits(value: number): number {
  if (value < 10) return 1
  if (value < 100) return 2
  if (value < 1000) return 3
  return String(value).length
}

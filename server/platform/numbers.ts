import type { Connection } from 'mongoose'

/** Hands out rising numbers that order work over all processes. */
export interface Numbers {
  /** The first of `count` numbers in a row. */
  take(count: number): Promise<number>
}

interface Counter {
  _id: string
  next: number
}

/** Blocks are this long where nobody else takes numbers, so that one write serves many. */
const EXCLUSIVE_BLOCK = 1_000_000

/** Whoever takes numbers of one sequence in one process takes them out of the same block. */
const sequences = new WeakMap<Connection, Map<string, Numbers>>()

/**
 * Numbers of the sequence `name`. Shared: one atomic increment for every call, made at the moment of use, so that a
 * number taken after another process's acknowledgement is always the larger one. Exclusive: from memory, out of a
 * reserved block; a restart leaves the rest of the block unused.
 */
export function createNumbers(connection: Connection, name: string, exclusive: boolean): Numbers {
  const known = sequences.get(connection) ?? new Map<string, Numbers>()
  sequences.set(connection, known)
  const numbers = known.get(name) ?? openSequence(connection, name, exclusive)
  known.set(name, numbers)
  return numbers
}

function openSequence(connection: Connection, name: string, exclusive: boolean): Numbers {
  const counters = connection.collection<Counter>('counters')
  let next = 0
  let end = 0
  let reserving: Promise<void> | undefined

  async function reserve(count: number): Promise<number> {
    const counter = await counters.findOneAndUpdate(
      { _id: name },
      { $inc: { next: count } },
      { upsert: true, returnDocument: 'after' },
    )
    if (!counter) throw new Error(`The counter ${name} was not returned by the database.`)
    return counter.next - count + 1
  }

  if (!exclusive) return { take: reserve }

  return {
    async take(count) {
      while (next + count > end) {
        reserving ??= reserve(EXCLUSIVE_BLOCK)
          .then((first) => {
            next = first
            end = first + EXCLUSIVE_BLOCK
          })
          // What failed is asked for again: a disk that was full has room later.
          .finally(() => (reserving = undefined))
        await reserving
      }
      next += count
      return next - count
    },
  }
}

import type { FindCursor } from 'mongodb'
import { newerThan, olderThan } from './keyset.ts'
import type { Cursor } from './keyset.ts'

/** Which rows of a list, and in which order: 1 begins with the oldest, -1 with the newest. */
export interface Stretch {
  direction: 1 | -1
  after: Cursor | undefined
  limit: number
}

/**
 * The rows that answer any of these questions, in the order of a time, as one list. `find` asks one question. A row that
 * was in one answer and had moved to another before that was read is there once.
 */
export async function readEach<Row extends { _id: string }, Field extends string>(
  questions: readonly Record<string, unknown>[],
  find: (question: Record<string, unknown>) => FindCursor<Row & Record<Field, Date>>,
  field: Field,
  { direction, after, limit }: Stretch,
): Promise<Row[]> {
  const beyond = direction === 1 ? newerThan(field, after) : olderThan(field, after)
  const found = await Promise.all(
    questions.map((question) =>
      find({ $and: [question, beyond] })
        .sort({ [field]: direction, _id: direction })
        .limit(limit)
        .toArray(),
    ),
  )
  const [first = []] = found
  if (found.length < 2) return first
  const byId = new Map(found.flat().map((row) => [row._id, row]))
  const inOrder = [...byId.values()].sort(
    (one, other) =>
      direction * (one[field].getTime() - other[field].getTime() || (one._id < other._id ? -1 : 1)),
  )
  return inOrder.slice(0, limit)
}

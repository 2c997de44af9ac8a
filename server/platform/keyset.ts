/** A place in a list sorted by time, newest first; the id decides between equal times. */
export interface Cursor {
  at: Date
  id: string
}

/** The condition that continues a list after `cursor`: stable however many rows arrive meanwhile. */
export function olderThan(field: string, cursor: Cursor | undefined): Record<string, unknown> {
  if (!cursor) return {}
  return { $or: [{ [field]: { $lt: cursor.at } }, { [field]: cursor.at, _id: { $lt: cursor.id } }] }
}

/** The same for work that goes from the oldest to the newest. */
export function newerThan(field: string, cursor: Cursor | undefined): Record<string, unknown> {
  if (!cursor) return {}
  return { $or: [{ [field]: { $gt: cursor.at } }, { [field]: cursor.at, _id: { $gt: cursor.id } }] }
}

/**
 * Several lists, each in this order, as one: 1 begins with the oldest, -1 with the newest. A row that was in one list and
 * had moved to another before that was read is there once.
 */
export function inOrder<Row extends { _id: string }>(
  lists: readonly Row[][],
  at: (row: Row) => Date,
  direction: 1 | -1,
): Row[] {
  const [first = []] = lists
  if (lists.length < 2) return first
  const byId = new Map(lists.flat().map((row) => [row._id, row]))
  return [...byId.values()].sort(
    (one, other) => direction * (at(one).getTime() - at(other).getTime() || (one._id < other._id ? -1 : 1)),
  )
}

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

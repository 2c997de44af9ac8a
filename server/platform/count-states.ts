import type { Collection, Document } from 'mongodb'

/** How many rows began in one step of time, by the state they are in now. */
export interface StatePoint {
  at: Date
  state: string
  count: number
}

/**
 * Counts the newest `limit` rows of a workspace since a moment, by state and hour or day (UTC). Reads no more than that
 * many index entries, however many rows there are. Oldest step first.
 */
export async function countStates<Row extends Document>(
  rows: Collection<Row>,
  asked: { workspaceId: string; field: string; since: Date; step: 'hour' | 'day'; limit: number },
): Promise<StatePoint[]> {
  const { workspaceId, field, since, step, limit } = asked
  const groups = await rows
    .aggregate<{ _id: { state: string; at: Date }; count: number }>([
      { $match: { workspaceId, [field]: { $gte: since } } },
      { $sort: { [field]: -1 } },
      { $limit: limit },
      { $project: { state: 1, at: { $dateTrunc: { date: `$${field}`, unit: step } } } },
      { $group: { _id: { state: '$state', at: '$at' }, count: { $sum: 1 } } },
    ])
    .toArray()
  return groups
    .map(({ _id: { state, at }, count }) => ({ at, state, count }))
    .toSorted(
      (left, right) => left.at.getTime() - right.at.getTime() || left.state.localeCompare(right.state),
    )
}

import type { ConnectionDirectory } from '../connections/connection-directory.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'
import { knownThingCollection } from './known-things.ts'

/** A connection remembers this many; those not heard of for longest are forgotten first and count as new again. */
const KNOWN_THINGS_MAX = 200_000
const PAGE = 500

/** Keeps what is remembered of vendors' things within bounds, and forgets those of connections that are gone. */
export async function pruneKnownThings(
  {
    database,
    connections,
  }: { database: { connection: DatabaseConnection }; connections: Pick<ConnectionDirectory, 'byId'> },
  max: number = KNOWN_THINGS_MAX,
): Promise<number> {
  const things = knownThingCollection(database.connection)
  let removed = 0
  for (let id = await nextConnection(''); id !== undefined; id = await nextConnection(id)) {
    const keeps = (await connections.byId(id)) ? max : 0
    const surplus = (await things.countDocuments({ connectionId: id })) - keeps
    if (surplus > 0) removed += await forgetOldest(id, surplus)
  }
  return removed

  /** The connections that have any, one after the other: a look into the index for each. */
  async function nextConnection(after: string): Promise<string | undefined> {
    const [first] = await things
      .find({ connectionId: { $gt: after } }, { projection: { connectionId: 1 } })
      .sort({ connectionId: 1 })
      .limit(1)
      .toArray()
    return first?.connectionId
  }

  async function forgetOldest(connectionId: string, count: number): Promise<number> {
    let left = count
    while (left > 0) {
      const page = await things
        .find({ connectionId }, { projection: { _id: 1 } })
        .sort({ at: 1 })
        .limit(Math.min(PAGE, left))
        .toArray()
      if (page.length === 0) break
      await things.deleteMany({ _id: { $in: page.map(({ _id }) => _id) } })
      left -= page.length
    }
    return count - left
  }
}

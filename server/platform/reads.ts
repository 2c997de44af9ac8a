import { Long } from 'mongodb'
import type { Collection, Document, Filter } from 'mongodb'
import type { RunCommand } from './embedded-commands.ts'
import type { Named } from './writes.ts'

/** The reads of the road, where every event asks. */
export interface Reads {
  /** All documents of a collection that a filter describes, in no particular order. */
  find<T extends Named>(collection: Collection<T>, filter: Filter<T>): Promise<T[]>
}

/** What `find` and `getMore` answer. */
interface CursorAnswer<T> {
  firstBatch?: T[]
  nextBatch?: T[]
  /** Of what is left; 0 where nothing is. */
  id: number | Long
}

/** More documents than one answer has room for: how many it holds is then decided by their size alone. */
const BATCH_MAX = 100_000

/** By the driver, from any MongoDB. */
export const readsByDriver: Reads = {
  find: <T extends Named>(collection: Collection<T>, filter: Filter<T>) =>
    collection.find<T>(filter).toArray(),
}

/** By commands, from the embedded store of this process. */
export function readsByCommand(database: string, run: RunCommand): Reads {
  return {
    async find<T extends Named>({ collectionName }: Collection<T>, filter: Filter<T>) {
      const docs: T[] = []
      let command: Document = { find: collectionName, filter, batchSize: BATCH_MAX }
      for (;;) {
        const answer = await run(database, command)
        const cursor: CursorAnswer<T> = answer['cursor']
        for (const doc of cursor.firstBatch ?? cursor.nextBatch ?? []) docs.push(doc)
        const { id } = cursor
        if (id === 0) return docs
        command = { getMore: typeof id === 'number' ? Long.fromNumber(id) : id, collection: collectionName }
      }
    },
  }
}

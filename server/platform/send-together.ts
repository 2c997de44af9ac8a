import type { Document } from 'mongodb'
import type { RunCommand } from './embedded-commands.ts'
import type { SendWrites, WriteOutcome } from './writes.ts'

/** What `bulkWrite` says of one operation; of an insert only when it failed. */
interface Answer {
  idx: number
  n: number
  code?: number
  errmsg?: string
}

/** Sends writes in whatever collections as one `bulkWrite`, which the embedded store serves as MongoDB 8 does. */
export function sendTogether(database: string, run: RunCommand): SendWrites {
  const inserted: WriteOutcome = { n: 1 }
  return async (operations, durable) => {
    const namespaces = new Map<string, number>()
    let errorsOnly = true
    const ops = operations.map((operation): Document => {
      const at = namespaces.get(operation.collection) ?? namespaces.size
      namespaces.set(operation.collection, at)
      if ('insert' in operation) return { insert: at, document: operation.insert }
      // Only the full answer tells whether an update has found its document.
      errorsOnly = false
      return { update: at, filter: operation.guard, updateMods: operation.change }
    })
    const command = {
      bulkWrite: 1,
      ops,
      nsInfo: [...namespaces.keys()].map((name) => ({ ns: `${database}.${name}` })),
      ordered: false,
      errorsOnly,
      writeConcern: { w: 1, j: durable },
    }
    const reply = await run('admin', command)
    const cursor: { firstBatch: Answer[] } = reply['cursor']
    const outcomes = operations.map(() => inserted)
    for (const { idx, n, code, errmsg } of cursor.firstBatch) {
      outcomes[idx] = code === undefined ? { n } : { n, error: { code, message: errmsg ?? `error ${code}` } }
    }
    return outcomes
  }
}

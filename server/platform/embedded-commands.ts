import { BSON, MongoServerError } from 'mongodb'
import type { Document } from 'mongodb'

/** Runs one command in a database and resolves with its answer. Rejects with the database's own error. */
export type RunCommand = (database: string, command: Document) => Promise<Document>

/**
 * Hands commands to the embedded store of this process without a driver and a socket in between: for an event that comes
 * alone, those cost both threads more than what the command does. It is the same command, served by the same code.
 * `ask` takes it as BSON with `$db` and gives the answer as BSON.
 */
export function runByAsking(ask: (command: Uint8Array) => Promise<Uint8Array>): RunCommand {
  return async (database, command) => {
    const bytes = BSON.serialize({ ...command, $db: database }, { ignoreUndefined: true })
    const answer = BSON.deserialize(await ask(bytes))
    if (answer['ok'] !== 1) throw new MongoServerError(answer)
    return answer
  }
}

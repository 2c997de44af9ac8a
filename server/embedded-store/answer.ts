import { checkFields, type CommandCall, type Reply } from './commands/command.ts'
import { explain } from './commands/explain.ts'
import { commands, refusedCommands } from './commands/registry.ts'
import { errorReply } from './commands/write-loop.ts'
import { StoreError } from './errors.ts'
import { asText } from './read-value.ts'
import type { Request } from './wire-message.ts'

/** By whom and for whom a command is run. */
export type Caller = Pick<CommandCall, 'store' | 'server' | 'connectionId'>

/** Runs a command and puts its answer into bytes; an answer that cannot be put into bytes is a failure of the command too. */
export async function answer(
  caller: Caller,
  request: Request,
  write: (reply: Reply) => Buffer,
): Promise<Buffer> {
  const { body } = request
  const call: CommandCall = { ...caller, request, body, db: asText(body['$db']) ?? '' }
  try {
    return write(await run(call))
  } catch (error) {
    return write(errorReply(asStoreError(call, error)))
  }
}

async function run(call: CommandCall): Promise<Reply> {
  const command = call.request.name === 'explain' ? explain : commands.get(call.request.name)
  if (!command) {
    const reason = refusedCommands.get(call.request.name)
    if (reason) throw new StoreError('CommandNotSupported', reason)
    throw new StoreError('CommandNotFound', `no such command: '${call.request.name}'`)
  }
  checkFields(call, command)
  return command.run(call)
}

function asStoreError(call: CommandCall, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  // Nobody is left to hear it: a long read was under way when the store was stopped.
  if (!call.store.isOpen) return new StoreError('InterruptedAtShutdown', 'The store is shutting down.')
  // A bug of the store: the client gets what there is to know, and the process log the whole of it.
  process.stderr.write(
    `embedded store: ${call.request.name} failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  )
  const message = error instanceof Error ? error.message : String(error)
  return new StoreError('InternalError', `The embedded store failed inside: ${message}`)
}

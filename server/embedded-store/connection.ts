import type { Socket } from 'node:net'
import { explain } from './commands/explain.ts'
import { commands, refusedCommands } from './commands/registry.ts'
import { checkFields, type CommandCall, type Reply, type ServerFacts } from './commands/command.ts'
import { errorReply } from './commands/write-loop.ts'
import { asText } from './read-value.ts'
import { StoreError } from './errors.ts'
import type { Store } from './store.ts'
import { lengthBytes, readRequest, takeMessages, writeReply, type Request } from './wire-message.ts'

/** Serves one client: its commands one after the other, as the protocol has it. */
export function serveConnection(
  socket: Socket,
  store: Store,
  server: ServerFacts,
  connectionId: number,
): void {
  let parts = Array<Buffer>()
  let have = 0
  let need = 0
  let busy = false
  const waiting = Array<Request>()

  socket.setNoDelay(true)
  // A client that goes away is no event; what it started is finished without it.
  socket.on('error', () => socket.destroy())
  socket.on('data', (part) => {
    if (typeof part === 'string') return
    parts.push(part)
    have += part.length
    // A large message comes in many parts: they are put together once, when all are there.
    if (have < need) return
    const first = parts[0]
    const bytes = parts.length === 1 && first ? first : Buffer.concat(parts)
    try {
      const { messages, rest } = takeMessages(bytes)
      parts = rest.length > 0 ? [rest] : []
      have = rest.length
      need = rest.length >= lengthBytes ? rest.readInt32LE(0) : 0
      for (const message of messages) waiting.push(readRequest(message))
    } catch {
      // Whoever sends this does not speak the protocol; there is no request id to answer to.
      socket.destroy()
      return
    }
    if (!busy) void work().catch(giveUp)
  })

  async function work(): Promise<void> {
    busy = true
    for (let request = waiting.shift(); request; request = waiting.shift()) {
      const reply = await answer({
        store,
        request,
        body: request.body,
        db: asText(request.body['$db']) ?? '',
        server,
        connectionId,
      })
      if (!request.silent && socket.writable) socket.write(reply)
    }
    busy = false
  }

  /** Not even an error could be answered: this client is lost, the others are not. */
  function giveUp(error: unknown): void {
    process.stderr.write(`embedded store: a client could not be answered: ${String(error)}\n`)
    socket.destroy()
  }
}

/** The message that answers a command. An answer that cannot be put into bytes is a failure of the command too. */
async function answer(call: CommandCall): Promise<Buffer> {
  try {
    return writeReply(call.request, await run(call))
  } catch (error) {
    return writeReply(call.request, errorReply(asStoreError(call, error)))
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

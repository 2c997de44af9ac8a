import { parentPort, workerData } from 'node:worker_threads'
import { errorReply } from './commands/write-loop.ts'
import { encode } from './encode.ts'
import { StoreError } from './errors.ts'
import { serveStore, type StoreServer } from './store-server.ts'
import { ownBytes, stopMessage, threadOptions, type Call, type ThreadMessage } from './thread-messages.ts'

// The thread the store lives in: every commit blocks it for as long as the disk takes, which the hub must never feel.
const port = parentPort
if (!port) throw new Error('This file is the thread of the embedded store; start it with startEmbeddedStore.')

function say(message: ThreadMessage): void {
  port?.postMessage(message)
}

async function answerCall(server: StoreServer, { id, bytes }: Call): Promise<void> {
  const reply = await server.answer(Buffer.from(bytes.buffer)).catch(noAnswer)
  const call: Call = { id, bytes: ownBytes(reply) }
  port?.postMessage(call, [call.bytes.buffer])
}

/** Not even the command's error could be put into bytes. */
function noAnswer(error: unknown): Buffer {
  return encode(
    errorReply(new StoreError('InternalError', `The command could not be answered: ${String(error)}`)),
  )
}

try {
  const server = await serveStore(threadOptions.parse(workerData))
  port.on('message', (message: Call | typeof stopMessage) => {
    // Once nothing of the server is left and the port is closed the thread ends by itself.
    if (message === stopMessage) void server.stop().then(() => port.close())
    else void answerCall(server, message)
  })
  say({ kind: 'started', url: server.url })
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  port.close()
}

import { parentPort, workerData } from 'node:worker_threads'
import { serveStore } from './store-server.ts'
import { stopMessage, threadOptions, type ThreadMessage } from './thread-messages.ts'

// The thread the store lives in: every commit blocks it for as long as the disk takes, which the hub must never feel.
const port = parentPort
if (!port) throw new Error('This file is the thread of the embedded store; start it with startEmbeddedStore.')

function say(message: ThreadMessage): void {
  port?.postMessage(message)
}

try {
  const server = await serveStore(threadOptions.parse(workerData))
  port.on('message', (message) => {
    // Once nothing of the server is left and the port is closed the thread ends by itself.
    if (message === stopMessage) void server.stop().then(() => port.close())
  })
  say({ kind: 'started', url: server.url })
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  port.close()
}

import module from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { stopMessage, threadOptions, type ThreadMessage } from './thread-messages.ts'

// The thread the store lives in: every commit blocks it for as long as the disk takes, which the hub must never feel.
const port = parentPort
if (!port) throw new Error('This file is the thread of the embedded store; start it with startEmbeddedStore.')

function say(message: ThreadMessage): void {
  port?.postMessage(message)
}

// A thread has no share in the process's cache of compiled sources; without one it starts a quarter of a second later
// and keeps the compiler in memory.
module.enableCompileCache()

try {
  const { serveStore } = await import('./store-server.ts')
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

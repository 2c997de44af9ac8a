import { parentPort, workerData } from 'node:worker_threads'
import { serveStore } from './store-server.ts'

// The thread the store lives in: every commit blocks it for as long as the disk takes, which the hub must never feel.
const port = parentPort
if (!port) throw new Error('This file is the thread of the embedded store; start it with startEmbeddedStore.')

try {
  const server = await serveStore(workerData)
  port.on('message', (message) => {
    if (message !== 'stop') return
    void server.stop().then(() => {
      port.postMessage({ kind: 'stopped' })
      port.close()
    })
  })
  port.postMessage({ kind: 'started', url: server.url })
} catch (error) {
  port.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  port.close()
}

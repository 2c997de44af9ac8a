import { Worker } from 'node:worker_threads'
import { stopMessage, threadMessage } from './thread-messages.ts'

/** How to start the embedded store. */
export interface EmbeddedStoreOptions {
  /** The data folder; made where it is missing. One process at a time uses it. */
  readonly dir: string
  /** Listen on this TCP port instead of a socket in the folder; 0 takes a free one. */
  readonly port?: number
  /** The address for `port`; by default only this machine reaches it. */
  readonly host?: string
  /** How often documents past their time are removed, in milliseconds; 60,000 by default, as in MongoDB. */
  readonly ttlSweepMs?: number
}

/** A running store. */
export interface EmbeddedStore {
  /** The connection string for mongoose, agenda or any MongoDB driver. */
  readonly url: string
  /** Finishes what was accepted, closes the file in good order and ends the store's thread. */
  stop(): Promise<void>
}

/**
 * Starts the MongoDB-compatible store of a data folder in a thread of its own. What it serves and refuses is in this
 * folder's README. An acknowledged write is on disk. Rejects with one clear sentence when the folder is in use by
 * another process or the file is damaged.
 */
export async function startEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const worker = new Worker(new URL('./store-thread.mjs', import.meta.url), { workerData: options })
  let started = false
  const url = await new Promise<string>((resolve, reject) => {
    worker.on('error', (error) => {
      // Without its store the process can do nothing: it ends, and its next start finds everything acknowledged.
      if (started) throw error
      reject(new Error('The embedded store failed while it started.', { cause: error }))
    })
    worker.once('exit', (code) =>
      reject(new Error(`The embedded store ended while it started (code ${code}).`)),
    )
    worker.once('message', (sent) => {
      const message = threadMessage.parse(sent)
      if (message.kind === 'started') resolve(message.url)
      else reject(new Error(message.message))
    })
  })
  started = true
  let stopping: Promise<void> | undefined
  return {
    url,
    stop() {
      stopping ??= stopWorker(worker)
      return stopping
    },
  }
}

async function stopWorker(worker: Worker): Promise<void> {
  await new Promise<void>((resolve) => {
    worker.once('exit', () => resolve())
    worker.postMessage(stopMessage)
  })
}

import { Worker } from 'node:worker_threads'
import { ownBytes, stopMessage, threadMessage, type Call } from './thread-messages.ts'

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
  /**
   * Runs a command without a socket: BSON as a driver would send it, with `$db`. Resolves with the answer in BSON, which
   * says itself whether the command failed. Rejects once the store has been stopped.
   */
  readonly command: (bytes: Uint8Array) => Promise<Uint8Array>
  /** Finishes what was accepted, closes the file in good order and ends the store's thread. */
  stop(): Promise<void>
}

/**
 * Starts the MongoDB-compatible store of a data folder in a thread of its own. What it serves and refuses is in this
 * folder's README. An acknowledged write is on disk. Rejects with one clear sentence when the folder is in use by
 * another process or the file is damaged.
 */
export async function startEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const worker = new Worker(new URL('./store-thread.mjs', import.meta.url), {
    workerData: options,
    // What a command needs is of no use after it, so that a small nursery is enough: V8 makes a semi-space of a third of
    // this. The process's own is larger.
    resourceLimits: { maxYoungGenerationSizeMb: 24 },
  })
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
  const command = openLine(worker)
  let stopping: Promise<void> | undefined
  return {
    url,
    command,
    stop() {
      stopping ??= stopWorker(worker)
      return stopping
    },
  }
}

/** Sends commands to the store's thread and tells its answers apart. */
function openLine(worker: Worker): EmbeddedStore['command'] {
  const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>()
  let sent = 0
  let hasEnded = false
  worker.on('message', ({ id, bytes }: Call) => {
    waiting.get(id)?.resolve(bytes)
    waiting.delete(id)
  })
  worker.once('exit', () => {
    hasEnded = true
    for (const { reject } of waiting.values()) reject(stopped())
    waiting.clear()
  })
  return (bytes) => {
    if (hasEnded) return Promise.reject(stopped())
    const answer = Promise.withResolvers<Uint8Array>()
    const call: Call = { id: ++sent, bytes: ownBytes(bytes) }
    waiting.set(call.id, answer)
    worker.postMessage(call, [call.bytes.buffer])
    return answer.promise
  }
}

function stopped(): Error {
  return new Error('The embedded store has been stopped.')
}

async function stopWorker(worker: Worker): Promise<void> {
  await new Promise<void>((resolve) => {
    worker.once('exit', () => resolve())
    worker.postMessage(stopMessage)
  })
}

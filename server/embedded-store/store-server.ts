import { randomBytes } from 'node:crypto'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { answer } from './answer.ts'
import { Checkpoints } from './checkpoints.ts'
import { serveConnection } from './connection.ts'
import { errorCode } from './database.ts'
import { encode } from './encode.ts'
import { addressFile, makePrivate, storeFile } from './folder-files.ts'
import { lockFolder } from './folder-lock.ts'
import { Housekeeping } from './housekeeping.ts'
import { LogUnusable } from './redo-log.ts'
import { Settling } from './settling.ts'
import { Store } from './store.ts'
import { clearSocket, connectionString, storeAddress, type StoreAddress } from './store-address.ts'
import { readCommand } from './wire-message.ts'

export interface StoreServerOptions {
  /** The data folder; made where it is missing. */
  readonly dir: string
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly ttlSweepMs?: number | undefined
}

export interface StoreServer {
  readonly url: string
  /** Answers a command that came without a socket. */
  answer(command: Buffer): Promise<Buffer>
  stop(): Promise<void>
}

const ttlSweepMsDefault = 60_000

/** Opens the store of a data folder and serves it, in this thread. */
export async function serveStore(options: StoreServerOptions): Promise<StoreServer> {
  const dir = resolve(options.dir)
  const lock = lockFolder(dir)
  let store: Store | undefined
  try {
    makePrivate(storeFile(dir))
    store = openChecked(storeFile(dir))
    const sockets = new Set<Socket>()
    const address = storeAddress(dir, options.host ?? '127.0.0.1', options.port)
    clearSocket(address)
    const opened = store
    let host = ''
    let connections = 0
    const folderKey = randomBytes(16).toString('hex')
    const callerOf = (connectionId: number) => ({
      store: opened,
      server: { address: host, folderKey },
      connectionId,
    })
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      serveConnection(socket, callerOf(++connections))
    })
    const bound = await listen(server, address)
    const facts = connectionString(bound)
    host = facts.host
    writeFileSync(addressFile(dir), `${facts.url}\n${folderKey}\n`, { mode: 0o600 })
    const checkpoints = new Checkpoints(opened.db)
    const settling = new Settling(opened, checkpoints)
    const housekeeping = new Housekeeping(opened, options.ttlSweepMs ?? ttlSweepMsDefault)
    return {
      url: facts.url,
      answer: async (command) =>
        answer(callerOf(0), readCommand(command), (reply) =>
          Buffer.isBuffer(reply) ? reply : encode(reply),
        ),
      async stop() {
        housekeeping.stop()
        settling.stop()
        const closed = new Promise<void>((done) => server.close(() => done()))
        await opened.queue.close()
        for (const socket of sockets) socket.destroy()
        await closed
        await checkpoints.stop()
        opened.close()
        clearSocket(bound)
        rmSync(addressFile(dir), { force: true })
        lock.release()
      },
    }
  } catch (error) {
    store?.db.close()
    lock.release()
    throw error
  }
}

/** Opens the file; after an end that was not clean it is checked first, so that damage is told and not served. */
function openChecked(file: string): Store {
  let store: Store | undefined
  try {
    store = new Store(file)
    const complaints = store.db.state('running') === 1 ? store.db.integrityComplaints() : []
    if (complaints[0] !== undefined) throw damaged(file, complaints[0])
    store.open()
    return store
  } catch (error) {
    store?.db.close()
    const code = errorCode(error)
    const isDamage = error instanceof LogUnusable || code === sqliteCorrupt || code === sqliteNotADatabase
    throw isDamage && error instanceof Error ? damaged(file, error.message) : error
  }
}

const sqliteCorrupt = 11
const sqliteNotADatabase = 26

function damaged(file: string, complaint: string): Error {
  return new Error(
    `The store in ${file} is damaged (${complaint}). Put the last backup in its place, or ask for help and keep the file.`,
  )
}

async function listen(server: Server, address: StoreAddress): Promise<StoreAddress> {
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    if (address.kind === 'tcp') {
      server.listen(address.port, address.host, done)
      return
    }
    // The data folder itself is closed to others, so nobody gets in before the socket's own rights are set.
    server.listen(address.path, () => {
      chmodSync(address.path, 0o600)
      done()
    })
  })
  const bound = server.address()
  if (address.kind === 'tcp' && bound !== null && typeof bound === 'object') {
    return { ...address, port: bound.port }
  }
  return address
}

import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the store listens. */
export type StoreAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

/** A socket's path fits into 108 bytes on Linux and 104 on macOS, its closing zero included. */
const socketPathBytesMax = 103

/**
 * The address for a data folder: the port where one is asked for, otherwise a socket only this user can open. A path
 * too long for a socket moves to a private folder among the temporary files; without sockets it is a free port of
 * this machine's own network.
 */
export function storeAddress(dir: string, host: string, port: number | undefined): StoreAddress {
  if (port !== undefined) return { kind: 'tcp', host, port }
  if (process.platform === 'win32') return { kind: 'tcp', host: '127.0.0.1', port: 0 }
  const path = join(dir, 'store.sock')
  return { kind: 'socket', path: Buffer.byteLength(path) <= socketPathBytesMax ? path : shortPath(dir) }
}

function shortPath(dir: string): string {
  const user = process.getuid?.() ?? 0
  const folder = join(tmpdir(), `switchyard-${user}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const made = lstatSync(folder)
  // Somebody else may have made the folder first, to see what is sent through it.
  if (!made.isDirectory() || made.uid !== user) {
    throw new Error(
      `The folder ${folder} belongs to somebody else. Choose a data folder with a shorter path than ${dir}.`,
    )
  }
  chmodSync(folder, 0o700)
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16)
  return join(folder, `${name}.sock`)
}

/** Removes the socket a killed process has left; only after the folder's lock is held. */
export function clearSocket(address: StoreAddress): void {
  if (address.kind === 'socket') rmSync(address.path, { force: true })
}

/** The connection string for an unmodified driver, and the address as it stands in replies to `hello`. */
export function connectionString(address: StoreAddress): { url: string; host: string } {
  const host = address.kind === 'socket' ? address.path : `${bracketed(address.host)}:${address.port}`
  const encoded = address.kind === 'socket' ? encodeURIComponent(host) : host
  return { url: `mongodb://${encoded}/switchyard?directConnection=true`, host }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

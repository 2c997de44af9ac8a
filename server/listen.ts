import type { Server } from 'node:http'

/** The hub cannot be where its settings say; the message says what to change. */
export class CannotListen extends Error {}

/** Opens the port, or says why that cannot be. */
export function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (err: NodeJS.ErrnoException) =>
      reject(new CannotListen(whyNot(err, host, port), { cause: err })),
    )
    server.listen(port, host, resolve)
  })
}

function whyNot({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken, perhaps by a hub that was started before. Stop that, or choose another port: PORT=${port + 1} npm start`
    case 'EACCES':
      return `This user may not listen on port ${port}. Choose one above 1023, such as PORT=4000, and let a proxy forward to it.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host}. Set HOST to one that it has: 127.0.0.1 for this machine alone, 0.0.0.0 for every network it is in.`
    default:
      return `The hub cannot listen on ${host}, port ${port}: ${message}. Choose others with HOST and PORT.`
  }
}

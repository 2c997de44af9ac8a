import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A tool on the network that takes what the hub sends. */
export interface Receiver {
  url: string
  /** What `SWITCHYARD_ALLOW_NETWORKS` must hold for the hub to reach it. */
  network: string
  received: { path: string; headers: Record<string, string | string[] | undefined>; body: string }[]
  /** Answered from now on. */
  status: number
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', network: '', received: [], status: 200, close }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      receiver.received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      })
      response.writeHead(receiver.status, { 'content-type': 'application/json' }).end('{"id":"there-1"}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  receiver.url = `http://127.0.0.1:${port}`
  receiver.network = `127.0.0.1/32:${port}`
  return receiver

  function close(): Promise<void> {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
}

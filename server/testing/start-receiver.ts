import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the receiver got it. */
export interface Received {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
  body: string
  /** The parsed body, where it is a JSON object. */
  json: Record<string, unknown>
}

type Answer = (request: Received, response: ServerResponse) => void

/** A tool that the hub sends to, played by a real server on this machine. */
export interface Receiver {
  url: string
  /** `127.0.0.1/32:port`, for SWITCHYARD_ALLOW_NETWORKS. */
  network: string
  received: Received[]
  /** How it answers from now on; by default 200 with `{}`. */
  answer: (with_: Answer) => void
  close: () => Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let answer: Answer = (_request, response) => ok(response)
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const entry: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      json: body.startsWith('{') ? JSON.parse(body) : {},
    }
    received.push(entry)
    answer(entry, response)
  }

  return {
    url: `http://127.0.0.1:${port}`,
    network: `127.0.0.1/32:${port}`,
    received,
    answer: (with_) => {
      answer = with_
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function ok(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{}')
}

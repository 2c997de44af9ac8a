import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Hook } from '#sdk'
import { hookOf } from '../../../connectors/sdk/testing/hook-of.ts'

/** Somebody on 127.0.0.1 whom a stand-in posts its webhooks to. */
export interface HookReceiver {
  /** A webhook address. */
  url: string
  /** What has come, as a connector sees it. */
  hooks: Hook[]
  /** What the next ones are answered. */
  status: number
  close: () => Promise<void>
}

export async function receiveHooks(): Promise<HookReceiver> {
  const receiver: HookReceiver = { url: '', hooks: [], status: 202, close: async () => {} }
  const server = createServer((request, response) => {
    void hookIn(request).then((hook) => {
      receiver.hooks.push(hook)
      response.writeHead(receiver.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  receiver.url = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/hooks/k3y`
  receiver.close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return receiver
}

async function hookIn(request: IncomingMessage): Promise<Hook> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  return hookOf({
    method: request.method,
    url: `https://hub.example.org${request.url}`,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  })
}

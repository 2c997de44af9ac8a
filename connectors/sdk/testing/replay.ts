import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Exchange } from './fixture.ts'

/**
 * A real server on 127.0.0.1 that gives the recorded replies, one after the other, while `use` runs. More requests
 * than replies are answered 599, so that an unrecorded call shows as itself and not as a hanging test.
 */
export async function withReplies<T>(
  replies: readonly Exchange['reply'][],
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const waiting = [...replies]
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const reply = waiting.shift() ?? {
        status: 599,
        headers: {},
        body: 'No reply is recorded for this request.',
      }
      const json = 'json' in reply && reply.json !== undefined
      response.writeHead(reply.status, {
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...reply.headers,
      })
      response.end(json ? JSON.stringify(reply.json) : reply.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = addressOf(server.address())
  try {
    return await use(`http://127.0.0.1:${port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The local server has no port.')
  return address
}

import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ONCE_PATH } from './wire-flows.ts'

/** The tool that the hub sends to. It outlives every crash and remembers what reached it. */
export interface Sink {
  port: number
  url: string
  /** Subjects in the order in which their effect happened: a key seen before has no effect. */
  effects: string[]
  /** How often each key of a subject was sent. */
  keysOf: Map<string, Map<string, number>>
  /** Requests to the action that must not be repeated: the subject, in order of arrival. */
  once: string[]
  /** Those among them whose connection was cut instead of an answer. */
  severed: Set<string>
  /** While down it answers 503 and nothing has an effect. */
  setDown(down: boolean): void
  close(): Promise<void>
}

/** Long enough that something is always under way when the hub dies. */
const LATENCY_MS = 4
/** Of the requests that must not be repeated, one in so many gets no answer. */
const SEVERED_ONE_IN = 25

export async function startSink(random: () => number): Promise<Sink> {
  const effects: string[] = []
  const keysOf = new Map<string, Map<string, number>>()
  const once: string[] = []
  const severed = new Set<string>()
  let isDown = false

  const server = createServer((request, response) => {
    // A hub that dies in the middle of a request is what this is for.
    take(request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The sink has no port.')
  const { port } = address

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    if (request.url === ONCE_PATH) takeOnce(body, response)
    else takeKeyed(subjectIn(body), String(request.headers['webhook-id']), response)
  }

  function takeKeyed(subject: string, key: string, response: ServerResponse): void {
    if (isDown) return answer(response, 503)
    const keys = keysOf.get(subject) ?? new Map<string, number>()
    keysOf.set(subject, keys)
    const before = keys.get(key) ?? 0
    keys.set(key, before + 1)
    if (before === 0) effects.push(subject)
    return answer(response, 200)
  }

  function takeOnce(subject: string, response: ServerResponse): void {
    once.push(subject)
    if (random() < 1 / SEVERED_ONE_IN) {
      severed.add(subject)
      response.destroy()
    } else {
      answer(response, 200)
    }
  }

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    effects,
    keysOf,
    once,
    severed,
    setDown(down) {
      isDown = down
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function subjectIn(body: string): string {
  const parsed: { data?: { subject?: string } } = JSON.parse(body)
  return parsed.data?.subject ?? ''
}

function answer(response: ServerResponse, status: number): void {
  setTimeout(() => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '2' })
    response.end('{}')
  }, LATENCY_MS)
}

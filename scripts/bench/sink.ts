import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { clockMs } from './clock.ts'
import { expectedDelivery, numberIn } from './expected-delivery.ts'
import { answerCommands } from './helper-process.ts'
import { behaviour, sinkCommand } from './messages.ts'
import type { Counts } from './messages.ts'

/*
 * The tool that the hub sends to, as a process of its own: notes when each event arrived first and checks its six
 * fields. Requests to `/slow` are answered after half a minute and counted nowhere.
 */

const SLOW_MS = 30_000
const headEnd = Buffer.from('\r\n\r\n')
const ok = reply('200 OK')
const unavailable = reply('503 Service Unavailable')

function reply(status: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`
}

let first = 0
let at = new Float64Array(0)
let tries = new Uint8Array(0)
let keys: (string | undefined)[] = []
let counts = noCounts()
let answers = behaviour.parse({})
let inFlight = 0

function noCounts(): Counts {
  return { arrived: 0, requests: 0, wrong: 0, duplicates: 0, sentAgain: 0, inFlightMax: 0 }
}

function take(socket: Socket, head: string, body: string): void {
  if (head.startsWith('POST /slow')) {
    setTimeout(() => socket.write(ok), SLOW_MS)
    return
  }
  const now = clockMs()
  counts.requests++
  inFlight++
  counts.inFlightMax = Math.max(counts.inFlightMax, inFlight)
  const answer = takeEvent(head, body, now) ? ok : unavailable
  const send = () => {
    inFlight--
    if (!socket.destroyed) socket.write(answer)
  }
  if (answers.latencyMs > 0) setTimeout(send, answers.latencyMs)
  else send()
}

/** False where this try is to fail. */
function takeEvent(head: string, body: string, now: number): boolean {
  const parsed: { data?: Record<string, unknown> } = JSON.parse(body)
  const data = parsed.data ?? {}
  const number = numberIn(String(data.externalId))
  const place = number - first
  if (number < 0) {
    wrong(body)
    return true
  }
  // Of an earlier phase.
  if (place < 0 || place >= at.length) return true
  tries[place] = (tries[place] ?? 0) + 1
  if (answers.down || (tries[place] ?? 0) <= answers.failFirst) return false

  const key = /\r\nwebhook-id: *([^\r]+)/i.exec(head)?.[1]
  if (keys[place] === undefined) {
    keys[place] = key
    at[place] = now
    counts.arrived++
    const expected = expectedDelivery(number)
    if (Object.entries(expected).some(([name, value]) => data[name] !== value)) wrong(body)
  } else if (keys[place] === key) counts.sentAgain++
  else counts.duplicates++
  return true
}

function wrong(body: string): void {
  counts.wrong++
  counts.firstWrong ??= body.slice(0, 500)
}

const server = createServer({ noDelay: true }, (socket) => {
  let received: Buffer = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    for (;;) {
      const end = received.indexOf(headEnd)
      if (end < 0) return
      const head = received.toString('latin1', 0, end)
      const start = end + headEnd.length
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      if (received.length < start + length) return
      const body = received.toString('utf8', start, start + length)
      received = received.subarray(start + length)
      take(socket, head, body)
    }
  })
})

answerCommands(async (message) => {
  const command = sinkCommand.parse(message)
  switch (command.kind) {
    case 'listen': {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      return { port: typeof address === 'object' && address !== null ? address.port : 0 }
    }
    case 'behave':
      answers = command.behaviour
      return {}
    case 'reset':
      first = command.first
      at = new Float64Array(command.count)
      tries = new Uint8Array(command.count)
      keys = Array.from({ length: command.count })
      counts = noCounts()
      return {}
    case 'counts':
      return counts
    case 'arrivals':
      return { at, counts }
  }
})

import { z } from 'zod'
import { openHttpConnection } from '../harness/http-connection.ts'
import type { HttpConnection } from '../harness/http-connection.ts'
import { signedRequest } from '../harness/signed-request.ts'
import { clockMs, sleep } from './clock.ts'
import { bodyOf, kindOf } from './expected-delivery.ts'
import { answerCommands } from './helper-process.ts'
import { loadCommand } from './messages.ts'
import type { Load, LoadCommand } from './messages.ts'

/*
 * Posts events, as a process of its own. Closed loop: each connection posts again as soon as it was answered. Open
 * loop: at a fixed rate, and a latency counts from the moment the event was due, so that a hub that stalls cannot hide
 * its stall by slowing the sender down.
 */

/** A timer's own lateness is nobody's fault: a post that left so soon counts from when it left. */
const TIMER_GRACE_MS = 1.5
const ANSWER_MS_MAX = 10_000
const RECONNECT_MS = 20

let stopped = false

interface Book {
  due: Float64Array
  answered: Float64Array
  status: Uint16Array
  posted: number
}

async function closedLoop(command: LoadCommand, book: Book): Promise<void> {
  const until = clockMs() + command.seconds * 1_000
  await Promise.all(
    linksOf(command).map(async (link) => {
      while (clockMs() < until && book.posted < command.countMax && !stopped) {
        const at = book.posted++
        book.due[at] = clockMs()
        await post(command, link, at, book)
        if (book.status[at] === 0) await sleep(RECONNECT_MS)
      }
      link.close()
    }),
  )
}

async function openLoop(command: LoadCommand & { rate: number }, book: Book): Promise<void> {
  const links = linksOf(command)
  const idle = [...links]
  const queue: number[] = []
  const gapMs = 1_000 / command.rate
  const count = Math.min(command.countMax, Math.round(command.rate * command.seconds))
  const startedAt = clockMs() + 5
  let answered = 0

  const begin = (at: number, link: HttpConnection): void => {
    const due = book.due[at] ?? 0
    const left = clockMs()
    if (left - due <= TIMER_GRACE_MS) book.due[at] = left
    void post(command, link, at, book).then(() => {
      answered++
      const waiting = queue.shift()
      if (waiting === undefined) idle.push(link)
      else begin(waiting, link)
    })
  }
  while (book.posted < count && !stopped) {
    const now = clockMs()
    while (book.posted < count && startedAt + book.posted * gapMs <= now) {
      const at = book.posted++
      book.due[at] = startedAt + at * gapMs
      const link = idle.pop()
      if (link) begin(at, link)
      else queue.push(at)
    }
    await sleep(1)
  }
  const until = clockMs() + ANSWER_MS_MAX
  while (answered < book.posted && clockMs() < until && !stopped) await sleep(5)
  for (const link of links) link.close()
}

function linksOf({ ports, connections }: LoadCommand): HttpConnection[] {
  return Array.from({ length: connections }, (_, at) => openHttpConnection(ports[at % ports.length] ?? 0))
}

async function post(command: LoadCommand, link: HttpConnection, at: number, book: Book): Promise<void> {
  const number = command.first + at
  const { path, signing } = command.entrances[kindOf(number)]
  book.status[at] = await link.post(signedRequest(path, bodyOf(number), signing, new Date()))
  book.answered[at] = clockMs()
}

async function load(command: LoadCommand): Promise<Load> {
  stopped = false
  const size = command.countMax
  const book: Book = {
    due: new Float64Array(size),
    answered: new Float64Array(size),
    status: new Uint16Array(size),
    posted: 0,
  }
  const startedAt = clockMs()
  const { rate } = command
  if (rate === undefined) await closedLoop(command, book)
  else await openLoop({ ...command, rate }, book)
  const { posted } = book
  return {
    startedAt,
    endedAt: clockMs(),
    due: book.due.slice(0, posted),
    answered: book.answered.slice(0, posted),
    status: book.status.slice(0, posted),
  }
}

answerCommands((command) => {
  if (z.object({ kind: z.literal('stop') }).safeParse(command).success) {
    stopped = true
    return {}
  }
  return load(loadCommand.parse(command))
})

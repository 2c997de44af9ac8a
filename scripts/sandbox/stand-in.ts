import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as SocketServer } from 'node:net'
import { page } from './page.ts'

/** A request as a stand-in sees it. */
export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  body: string
}

export interface Answered {
  status: number
  headers?: Record<string, string>
  json?: unknown
  /** A page for a person, instead. */
  html?: string
}

/** What a stand-in shows of a request it got. */
export interface Received {
  at: string
  method: string
  path: string
  headers: Record<string, string>
  body: string
  status: number
  note?: string
}

/** What makes one stand-in different from another. */
export interface Character {
  name: string
  /** Carries the request out. `note` says on the page what a person should know about it. */
  answer: (asked: Asked) => Answered & { note?: string }
  /** What it holds now, shown on its page and under `/_received`. */
  state: () => Record<string, unknown>
  /** What it holds as HTML, where that says more than data and requests do. Everything in it must be escaped. */
  show?: () => string
  reset: () => void
  /** For a vendor that is spoken to otherwise than by HTTP: its server, which listens beside the page. */
  beside?: { server: SocketServer; close: () => Promise<void> }
  /** What it can post by itself. Absent where the vendor posts nothing. */
  webhooks?: {
    /** Their names in the vendor's words; the page has a link for each. */
    names: readonly string[]
    /**
     * Posts one as the vendor would, to every address that was registered for it; `to` names one more. The rest of the
     * query is whatever the vendor's webhook is about.
     */
    emit: (query: URLSearchParams) => Promise<readonly Posted[]>
  }
}

/** A webhook that was posted, and what came of it. */
export interface Posted {
  url: string
  /** Zero: nobody answered. */
  status: number
  body: string
}

/** A failure somebody asked for, and how often it still happens. */
interface Trouble {
  status: number
  times: number
  /** `after`: the request is carried out first, as when a connection breaks on the way back. */
  when: 'before' | 'after'
  retryAfter?: string
}

const keptMax = 500

/**
 * A server on 127.0.0.1 that plays a vendor. Beside the vendor's own paths it has `/` (a page), `/_received` (JSON),
 * `/_reset`, and `/_fail?status=503&times=2`, which makes the next requests fail: `status=0` breaks the connection,
 * `when=after` does so only after the request was carried out, `retry-after=5` is sent along. A vendor with webhooks
 * has `/_emit?event=…` too, which posts one.
 */
export function createStandIn(character: Character, now: () => Date): Server {
  const received: Received[] = []
  const posted: (Posted & { at: string; event: string })[] = []
  let trouble: Trouble | undefined

  async function control({ path, query }: Asked): Promise<Answered | undefined> {
    switch (path) {
      case '/_received':
        return { status: 200, json: { name: character.name, received, posted, ...character.state() } }
      case '/_emit':
        return emit(query)
      case '/_reset':
        received.length = 0
        posted.length = 0
        trouble = undefined
        character.reset()
        return { status: 200, json: { reset: true } }
      case '/_fail':
        trouble = {
          status: Number(query.get('status') ?? 503),
          times: Number(query.get('times') ?? 1),
          when: query.get('when') === 'after' ? 'after' : 'before',
          retryAfter: query.get('retry-after') ?? undefined,
        }
        return { status: 200, json: trouble }
      default:
        return undefined
    }
  }

  async function emit(query: URLSearchParams): Promise<Answered> {
    const event = query.get('event') ?? ''
    const { names = [], emit: post } = character.webhooks ?? {}
    const unknown = event.split(',').filter((name) => !names.includes(name))
    if (!post || unknown.length > 0) {
      const message = `There is no webhook ${unknown.join(', ')}. There are: ${names.join(', ')}.`
      return { status: 400, json: { message } }
    }
    const sent = await post(query)
    posted.push(...sent.map((each) => ({ at: now().toISOString(), event, ...each })))
    posted.splice(0, posted.length - keptMax)
    return { status: 200, json: { sent } }
  }

  /** The failure for this request, if one was asked for. */
  function nextTrouble(): Trouble | undefined {
    if (!trouble || trouble.times < 1) return undefined
    trouble = { ...trouble, times: trouble.times - 1 }
    return trouble
  }

  function handle(asked: Asked): Answered {
    const failing = nextTrouble()
    const done = failing?.when === 'before' ? undefined : character.answer(asked)
    const failed: Answered | undefined = failing && {
      status: failing.status,
      headers: failing.retryAfter ? { 'retry-after': failing.retryAfter } : {},
      json: { message: 'This failure was asked for with /_fail.' },
    }
    const answer = failed ?? done ?? { status: 500 }
    const { method, path, headers, body } = asked
    const note = failing ? `failed on purpose${done ? ', after it was carried out' : ''}` : done?.note
    received.push({ at: now().toISOString(), method, path, headers, body, status: answer.status, note })
    if (received.length > keptMax) received.shift()
    return answer
  }

  return createServer((request, response) => {
    respond(request, response).catch(() => response.destroy())
  })

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await read(request)
    if (asked.path === '/' && asked.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(page({ ...character, state: character.state(), received, posted }))
      return
    }
    write(response, (await control(asked)) ?? handle(asked))
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(request, 'end')
  const url = new URL(request.url ?? '/', 'http://stand-in.invalid')
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString(),
  }
}

function write(response: ServerResponse, { status, headers, json, html }: Answered): void {
  // Zero is no status: the connection just breaks.
  if (status === 0) {
    response.destroy()
    return
  }
  if (html !== undefined) {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)
    return
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(json === undefined ? '' : JSON.stringify(json))
}

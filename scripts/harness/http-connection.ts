import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** A kept-alive connection to the hub that carries one request at a time. */
export interface HttpConnection {
  /** The status of the answer, or 0 where none came: refused, reset, or the hub died before it answered. */
  post(request: string): Promise<number>
  close(): void
}

const headEnd = '\r\n\r\n'

/**
 * Speaks just enough HTTP over a socket to post requests and read statuses: on a small machine a whole client would
 * take the processor from what is measured. Opens itself again when it was closed.
 */
export function openHttpConnection(port: number): HttpConnection {
  let socket: Socket | undefined
  let received = ''
  let waiting: ((status: number) => void) | undefined

  function answer(status: number): void {
    const settle = waiting
    waiting = undefined
    received = ''
    settle?.(status)
  }

  function open(): Socket {
    const fresh = connect({ host: '127.0.0.1', port, noDelay: true })
    fresh.setEncoding('latin1')
    fresh.on('data', (chunk: string) => {
      if (socket !== fresh) return
      received += chunk
      const read = readAnswer(received)
      if (!read) return
      if (read.closes) {
        socket = undefined
        fresh.destroy()
      }
      answer(read.status)
    })
    // What went wrong shows as a connection that closed without an answer.
    fresh.on('error', () => undefined)
    fresh.on('close', () => {
      if (socket !== fresh) return
      socket = undefined
      answer(0)
    })
    return fresh
  }

  return {
    post: (request) =>
      new Promise((settle) => {
        waiting = settle
        socket ??= open()
        socket.write(request)
      }),
    close() {
      const old = socket
      socket = undefined
      old?.destroy()
      answer(0)
    },
  }
}

/** The answer once it is whole; every answer of the hub says how long it is. */
function readAnswer(bytes: string): { status: number; closes: boolean } | undefined {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return undefined
  const head = bytes.slice(0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? '0'
  if (bytes.length < end + headEnd.length + Number(length)) return undefined
  return { status: Number(head.slice(9, 12)), closes: /\r\nconnection: *close/i.test(head) }
}

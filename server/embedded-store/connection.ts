import type { Socket } from 'node:net'
import { answer, type Caller } from './answer.ts'
import { lengthBytes, readRequest, takeMessages, writeReply, type Request } from './wire-message.ts'

/** Serves one client: its commands one after the other, as the protocol has it. */
export function serveConnection(socket: Socket, caller: Caller): void {
  let parts = Array<Buffer>()
  let have = 0
  let need = 0
  let busy = false
  const waiting = Array<Request>()

  socket.setNoDelay(true)
  // A client that goes away is no event; what it started is finished without it.
  socket.on('error', () => socket.destroy())
  socket.on('data', (part) => {
    if (typeof part === 'string') return
    parts.push(part)
    have += part.length
    // A large message comes in many parts: they are put together once, when all are there.
    if (have < need) return
    const first = parts[0]
    const bytes = parts.length === 1 && first ? first : Buffer.concat(parts)
    try {
      const { messages, rest } = takeMessages(bytes)
      parts = rest.length > 0 ? [rest] : []
      have = rest.length
      need = rest.length >= lengthBytes ? rest.readInt32LE(0) : 0
      for (const message of messages) waiting.push(readRequest(message))
    } catch {
      // Whoever sends this does not speak the protocol; there is no request id to answer to.
      socket.destroy()
      return
    }
    if (!busy) void work().catch(giveUp)
  })

  async function work(): Promise<void> {
    busy = true
    for (let request = waiting.shift(); request; request = waiting.shift()) {
      const reply = await answer(caller, request, (doc) => writeReply(request, doc))
      if (!request.silent && socket.writable) socket.write(reply)
    }
    busy = false
  }

  /** Not even an error could be answered: this client is lost, the others are not. */
  function giveUp(error: unknown): void {
    process.stderr.write(`embedded store: a client could not be answered: ${String(error)}\n`)
    socket.destroy()
  }
}

import { fork } from 'node:child_process'
import { z } from 'zod'

/** A process of the benchmark's own that carries out commands. */
export interface Helper {
  pid: number
  /** Resolves with the answer. */
  ask(command: object): Promise<unknown>
  stop(): void
}

const envelope = z.object({ id: z.number(), content: z.unknown() })

export function startHelper(file: URL): Helper {
  const child = fork(file, { serialization: 'advanced', execArgv: [] })
  const waiting = new Map<number, (content: unknown) => void>()
  let next = 1
  child.on('message', (message) => {
    const { id, content } = envelope.parse(message)
    waiting.get(id)?.(content)
    waiting.delete(id)
  })
  return {
    pid: child.pid ?? 0,
    ask: (command) =>
      new Promise((settle) => {
        const id = next++
        waiting.set(id, settle)
        child.send({ id, content: command })
      }),
    stop: () => child.disconnect(),
  }
}

/** The helper's side: carries out what the benchmark asks, and ends with it. */
export function answerCommands(carryOut: (command: unknown) => object | Promise<object>): void {
  process.on('message', (message) => {
    const { id, content } = envelope.parse(message)
    void Promise.resolve(carryOut(content)).then((answer) => process.send?.({ id, content: answer }))
  })
  process.on('disconnect', () => process.exit(0))
}

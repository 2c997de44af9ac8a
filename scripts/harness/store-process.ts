import { connect } from 'node:net'
import { startProgram } from './child-process.ts'
import type { ChildProgram } from './child-process.ts'

const POLL_MS = 50
const READY_MS_MAX = 60_000

/** Starts the embedded store as a process of its own (`npm run store`); `ready` resolves when it takes connections. */
export function startStoreProcess(options: {
  port: number
  dir: string
  logFile: string
}): ChildProgram & { ready: Promise<void> } {
  const { port, dir, logFile } = options
  const args = ['--port', String(port), '--dir', dir]
  const program = startProgram({ file: 'scripts/store.ts', args, env: {}, logFile })
  const ready = waitUntilReady()
  ready.catch(() => undefined)
  return { ...program, ready }

  async function waitUntilReady(): Promise<void> {
    const until = performance.now() + READY_MS_MAX
    while (!(await takesConnections(port))) {
      if (program.hasEnded() || performance.now() > until) {
        throw new Error(`The store did not come up; see ${logFile}.`)
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** The connection string of a store process, for MONGO_URL. */
export function storeUrl(port: number): string {
  return `mongodb://127.0.0.1:${port}/switchyard?directConnection=true`
}

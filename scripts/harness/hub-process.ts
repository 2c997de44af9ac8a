import manifest from '../../package.json' with { type: 'json' }
import { startProgram } from './child-process.ts'
import type { ChildProgram } from './child-process.ts'

/** A hub in a process of its own. */
export interface HubProcess extends ChildProgram {
  port: number
  /** Resolves with the milliseconds from its start to its being ready; rejects where it ends before that. */
  ready: Promise<number>
}

const POLL_MS = 20
const READY_MS_MAX = 120_000

/** What `npm start` tells Node and the file it runs. */
const [, ...startArgs] = manifest.scripts.start.split(' ')

/** Starts the real hub, as `npm start` does. */
export function startHubProcess(options: {
  port: number
  env: Record<string, string>
  logFile: string
  nodeArgs?: readonly string[]
}): HubProcess {
  const startedAt = performance.now()
  const { port, env, logFile, nodeArgs = [] } = options
  const program = startProgram({
    file: startArgs.at(-1) ?? '',
    nodeArgs: [...startArgs.slice(0, -1), ...nodeArgs],
    env: { ...env, PORT: String(port) },
    logFile,
  })
  const ready = waitUntilReady()
  // One that is killed before it is ready is nobody's mistake; whoever waits for it still hears of it.
  ready.catch(() => undefined)
  return { ...program, port, ready }

  async function waitUntilReady(): Promise<number> {
    for (;;) {
      if (program.hasEnded()) throw new Error(`The hub ended before it was ready; see ${logFile}.`)
      if (await isReady(port)) return performance.now() - startedAt
      if (performance.now() - startedAt > READY_MS_MAX) {
        throw new Error(`The hub was not ready after ${READY_MS_MAX / 1000} s; see ${logFile}.`)
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(5_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

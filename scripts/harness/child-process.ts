import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** A program of this project running on its own, to be measured or killed. */
export interface ChildProgram {
  pid: number
  /** Resolves when it has ended, with its exit code; `null` where a signal ended it. */
  ended: Promise<number | null>
  hasEnded(): boolean
  /** SIGKILL: it gets no chance to finish anything. Resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>
}

const root = resolve(import.meta.dirname, '../..')

/** Starts `node <file> <args>`; what it prints is appended to `logFile`. Nothing of the caller's MONGO_URL reaches it. */
export function startProgram(options: {
  file: string
  args?: readonly string[]
  nodeArgs?: readonly string[]
  env: Record<string, string>
  logFile: string
}): ChildProgram {
  const { file, args = [], nodeArgs = [], env, logFile } = options
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a')
  const { MONGO_URL: _other, ...inherited } = process.env
  const child = spawn(process.execPath, [...nodeArgs, resolve(root, file), ...args], {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let over = false
  // Whatever ends the caller, nothing that it started goes on without it.
  const takeAlong = () => void child.kill('SIGKILL')
  process.once('exit', takeAlong)
  const ended = new Promise<number | null>((settle, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      over = true
      process.off('exit', takeAlong)
      settle(code)
    })
  })
  if (child.pid === undefined) throw new Error(`${file} could not be started.`)
  return {
    pid: child.pid,
    ended,
    hasEnded: () => over,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

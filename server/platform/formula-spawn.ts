import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FormulaLimits } from './formula-engine.ts'
import { encodeFrame, frameReader } from './formula-frames.ts'
import type { FormulaAnswer } from './formula-frames.ts'

/** How a child came to its end: by our own hand, by its memory limit, or in some other way. */
export type ChildEnd = 'killed' | 'out_of_memory' | 'ended'

export interface FormulaChild {
  /** A JSON list of jobs. */
  send(jobs: string): void
  /** At once and for good; `onEnd` follows. */
  kill(): void
  /** The same, and waits until it is gone. */
  end(): Promise<void>
}

export interface ChildOptions {
  limits: FormulaLimits
  /** Of jobs sent in one frame. */
  frameBytesMax: number
  memoryMb: number
}

/** Far more than fit into the time after which a child sends what it has. */
const answersPerFrameMax = 1_000

const here = import.meta.dirname
const require = createRequire(import.meta.url)

/** Everything the child has to read to run, and nothing else that a formula could be after. */
const readable = [
  join(here, 'formula-*'),
  join(here, '..', '..', 'mappings', '*'),
  ...['jsonata', 'libphonenumber-js/min'].map((name) => join(packageFolder(require.resolve(name)), '*')),
]

/** From a file within a package to the package's own folder, links followed. */
function packageFolder(file: string): string {
  const path = realpathSync(file)
  const marker = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)
  return marker?.[0] ?? dirname(path)
}

/**
 * Options of Node that leave a process nothing to hurt: no files to read but its own code, none to write, no network,
 * no processes or threads of its own, no code from texts, a bounded heap. A regular expression that backtracks too
 * often is handed to V8's linear engine, which most of them can run on.
 */
export function confinement(memoryMb: number): string[] {
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${memoryMb}`,
    '--enable-experimental-regexp-engine-on-excessive-backtracks',
    '--regexp-backtracks-before-fallback=50000',
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
  ]
}

/** Starts the process in which formulas run, confined and without the environment of this one. */
export function startFormulaChild(
  { limits, frameBytesMax, memoryMb }: ChildOptions,
  {
    onAnswers,
    onEnd,
  }: { onAnswers: (answers: readonly FormulaAnswer[]) => void; onEnd: (end: ChildEnd) => void },
): FormulaChild {
  const child = spawn(
    process.execPath,
    [...confinement(memoryMb), join(here, 'formula-child.ts'), JSON.stringify({ ...limits, frameBytesMax })],
    { env: { TZ: 'UTC' }, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true },
  )

  let isKilled = false
  const kill = (): void => {
    isKilled = true
    child.kill('SIGKILL')
  }

  const gone = new Promise<void>((resolve) => {
    let hasEnded = false
    const end = (how: ChildEnd): void => {
      if (hasEnded) return
      hasEnded = true
      resolve()
      onEnd(how)
    }
    // `close` comes after the last answer was read, `exit` may come before.
    child.once('close', (code, signal) => {
      if (isKilled) end('killed')
      else end(signal === 'SIGABRT' || signal === 'SIGTRAP' || code === 134 ? 'out_of_memory' : 'ended')
    })
    child.once('error', () => end('ended'))
  })

  // What could not be written is repeated when `close` tells that the child is lost.
  child.stdin.on('error', () => {})
  let arrived: FormulaAnswer[][] = []
  const read = frameReader(answersPerFrameMax * limits.outputBytesMax, (json) => {
    const answers: unknown = JSON.parse(json)
    if (!Array.isArray(answers) || !answers.every(isAnswer)) throw new Error('This is not an answer.')
    arrived.push(answers)
  })
  child.stdout.on('data', (chunk: Buffer) => {
    try {
      read(chunk)
    } catch {
      // Not our child's language any more: whatever got hold of it is not listened to.
      kill()
      return
    }
    const frames = arrived
    arrived = []
    for (const answers of frames) onAnswers(answers)
  })

  return {
    send: (jobs) => void child.stdin.write(encodeFrame(jobs)),
    kill,
    async end() {
      kill()
      await gone
    },
  }
}

function isAnswer(value: unknown): value is FormulaAnswer {
  if (!Array.isArray(value)) return false
  const [id, at, result]: unknown[] = value
  return typeof id === 'number' && typeof at === 'number' && typeof result === 'object' && result !== null
}

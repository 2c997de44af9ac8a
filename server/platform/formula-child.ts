/**
 * The process in which formulas run: reads jobs from standard input, writes answers to standard output. It is started
 * by `formula-process.ts` without environment, files and network, and may be killed at any moment.
 */
import { createFormulaEngine } from './formula-engine.ts'
import type { FormulaLimits } from './formula-engine.ts'
import { encodeFrame, frameReader } from './formula-frames.ts'
import type { FormulaAnswer, FormulaJob } from './formula-frames.ts'

/** An answer waits at most about so long for others to share its frame. */
const flushMs = 10

// A formula that finds a way out of JSONata shall at least not be able to change what later ones see.
for (const { prototype } of [
  Object,
  Array,
  Function,
  String,
  Number,
  Boolean,
  RegExp,
  Promise,
  Map,
  Set,
  Date,
  Error,
]) {
  void Object.seal(prototype)
}

const limits: FormulaLimits & { frameBytesMax: number } = JSON.parse(process.argv[2] ?? '{}')
const engine = createFormulaEngine(limits)

const waiting: FormulaJob[] = []
let answers: FormulaAnswer[] = []
let isWorking = false
let flushedAt = 0

function flush(): void {
  if (answers.length > 0) process.stdout.write(encodeFrame(JSON.stringify(answers)))
  answers = []
  flushedAt = performance.now()
}

async function work(): Promise<void> {
  isWorking = true
  flushedAt = performance.now()
  for (let job = waiting.shift(); job; job = waiting.shift()) {
    if ('check' in job) {
      const { ok: _, ...failure } = engine.check(job.check)
      answers.push([job.id, 0, failure])
      continue
    }
    for (const [at, expression] of job.expressions.entries()) {
      answers.push([job.id, job.at[at] ?? at, await engine.evaluate(expression, job.input, job.now)])
      if (performance.now() - flushedAt > flushMs) {
        flush()
        // Lets the answers out, and new jobs in, between two evaluations that take long.
        await new Promise(setImmediate)
      }
    }
  }
  flush()
  isWorking = false
}

const read = frameReader(limits.frameBytesMax, (json) => {
  const jobs: FormulaJob[] = JSON.parse(json)
  waiting.push(...jobs)
})

process.stdin.on('data', (chunk: Buffer) => {
  read(chunk)
  if (!isWorking) void work()
})
// Told to a whole group of processes when the server is stopped; it decides when its formulas are done.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

process.stdin.on('end', () => process.exit(0))
process.stdout.write(encodeFrame('[]'))

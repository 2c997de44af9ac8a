import { answerRequest } from './formula-errand.ts'
import type { Errand, FormulaRequest } from './formula-errand.ts'
import type { FormulaFailure } from './formula-frames.ts'
import { createFormulaSlot } from './formula-slot.ts'
import type { ChildEnd } from './formula-spawn.ts'
import { createSuspensions } from './formula-suspensions.ts'
import type { FormulaErrorCode, FormulaResult, FormulaRunner } from '../../mappings/formula.ts'

export interface FormulaRunnerOptions {
  /** Processes to share the work. Default 1. */
  processes?: number
  /** Processor time of one evaluation, watched from inside. Default 100. */
  timeoutMs?: number
  /** A process that gives no answer for so long is killed: it hangs where it cannot be stopped from inside. Default 500. */
  hardTimeoutMs?: number
  /** Heap of one process. Default 256. */
  memoryMb?: number
  /** An input as JSON. Default 16 MiB. */
  inputBytesMax?: number
  /** Milliseconds, never going back; only for suspensions. */
  clock?: () => number
  /** Told when an expression is suspended, for the log. */
  onSuspended?: (suspended: { expression: string; code: FormulaErrorCode }) => void
  /** Told of each process that was lost, for the count. */
  onLost?: (end: ChildEnd) => void
}

/** A result as JSON. */
const outputBytesMax = 262_144
const expressionCharsMax = 20_000
/** How long an expression that had to be stopped by force is refused. */
const suspendMs = 60_000
/** So many expressions of one request may cost a process before the rest of it is not run any more. */
const guiltyMax = 2
const errandsPerFrame = 64
const frameCharsSoft = 262_144

/**
 * Evaluates formulas in child processes that have no environment, files or network, a bounded heap, and are killed
 * and replaced when they hang or run out of memory. Only the evaluation that was to blame fails, the others that the
 * process had in its hands are repeated; that one is then suspended for a while, so that a hostile formula costs the
 * others two times `hardTimeoutMs` per minute at most. Of a request with two of them nothing more is run.
 *
 * Processes are started when they are first needed, and live until `stop`. What waits is held in memory without a
 * bound: the callers bound how much they ask for at once. Use a runner of its own for drafts typed in an editor, so
 * that they cannot hold up deliveries.
 */
export function createFormulaRunner(options: FormulaRunnerOptions = {}): FormulaRunner {
  const {
    processes = 1,
    timeoutMs = 100,
    hardTimeoutMs = 500,
    memoryMb = 256,
    inputBytesMax = 16 * 1024 * 1024,
    clock = () => performance.now(),
    onSuspended = () => {},
    onLost = () => {},
  } = options

  const suspensions = createSuspensions({ suspendMs, clock, onSuspended })
  let queue: Errand[] = []
  let nextId = 1
  let isStopped = false
  let isPumping = false

  const slots = Array.from({ length: processes }, () =>
    createFormulaSlot({
      limits: {
        timeoutMs,
        outputBytesMax,
        depthMax: 300,
        listMax: 10_000,
        textCharsMax: 8_000_000,
        cacheChars: 300_000,
      },
      frameBytesMax: 4 * (inputBytesMax + frameCharsSoft),
      memoryMb,
      hardTimeoutMs,
      take,
      isStillWanted,
      hasWork: () => queue.length > 0,
      onLost,
      onAnswer({ request }, at, result) {
        const expression = request.expressions[at] ?? ''
        if ('code' in result) {
          if (result.code === 'formula_timeout') suspensions.timedOut(expression)
          answerRequest(request, at, { ok: false, ...result })
        } else {
          suspensions.succeeded(expression)
          answerRequest(request, at, { ok: true, value: result.v })
        }
      },
      onGuilty(errand, end) {
        errand.request.guilty++
        const failure = failureOf(end, hardTimeoutMs, memoryMb)
        for (const at of errand.at) suspensions.suspend(errand.request.expressions[at] ?? '', failure.code)
        fail(errand, failure)
      },
      onNoStart(left) {
        for (const errand of [...left, ...queue.splice(0)]) fail(errand, noStart)
      },
    }),
  )
  const watch = setInterval(
    () => slots.forEach((slot) => slot.watch()),
    Math.max(hardTimeoutMs / 4, 5),
  ).unref()

  function submit(
    request: Pick<FormulaRequest, 'expressions' | 'inputJson' | 'now' | 'isCheck'>,
  ): Promise<FormulaResult[]> {
    return new Promise((done) => {
      const { expressions } = request
      const waiting: FormulaRequest = {
        ...request,
        id: nextId++,
        results: [],
        missing: expressions.length,
        guilty: 0,
        done,
      }
      const errand: Errand = { request: waiting, at: [...expressions.keys()], wasLost: false }
      if (!isAllowed(errand)) return
      queue.push(errand)
      pumpSoon()
    })
  }

  /** Answers what is refused, and leaves the rest. */
  function isAllowed(errand: Errand): boolean {
    errand.at = errand.at.filter((position) => {
      const refusal = refused(errand.request.expressions[position] ?? '', errand.request)
      if (refusal) answerRequest(errand.request, position, { ok: false, ...refusal })
      return !refusal
    })
    return errand.at.length > 0
  }

  function isStillWanted(errand: Errand): boolean {
    return suspensions.isEmpty() || isAllowed(errand)
  }

  function refused(expression: string, { inputJson, guilty }: FormulaRequest): FormulaFailure | undefined {
    if (isStopped) return stopping
    if (guilty >= guiltyMax) return givenUp
    if (expression.length > expressionCharsMax) {
      return {
        code: 'formula_syntax',
        message: `The formula is ${expression.length} characters long; at most ${expressionCharsMax} are allowed.`,
      }
    }
    if (inputJson.length > inputBytesMax) {
      return {
        code: 'formula_memory',
        message: `The formula was not run: what it would read is larger than ${inputBytesMax} bytes. Read less of event.raw.`,
      }
    }
    const left = suspensions.left(expression)
    if (left === 0) return undefined
    return {
      code: 'formula_suspended',
      message: `The formula had to be stopped by force and is not tried again for ${Math.ceil(left / 1000)} s. Simplify it, above all its regular expressions and the functions that call themselves.`,
    }
  }

  function take(): Errand[] {
    const taken: Errand[] = []
    let chars = 0
    let next = 0
    const share = Math.min(errandsPerFrame, Math.ceil(queue.length / processes))
    while (next < queue.length && taken.length < share && chars < frameCharsSoft) {
      const errand = queue[next++]
      if (!errand || !isStillWanted(errand)) continue
      taken.push(errand)
      chars += errand.request.inputJson.length
    }
    queue = next === queue.length ? [] : queue.slice(next)
    return taken
  }

  /** Calls made in the same turn share a frame. */
  function pumpSoon(): void {
    if (isPumping) return
    isPumping = true
    queueMicrotask(() => {
      isPumping = false
      for (const slot of slots) slot.pump()
    })
  }

  async function evaluateMany(
    expressions: readonly string[],
    input: unknown,
    now: Date,
  ): Promise<FormulaResult[]> {
    if (Number.isNaN(now.getTime())) throw new TypeError('A formula needs a valid date for now.')
    if (expressions.length === 0) return []
    return submit({
      expressions,
      inputJson: JSON.stringify(input) ?? 'null',
      now: now.getTime(),
      isCheck: false,
    })
  }

  return {
    evaluateMany,
    async evaluate(expression, input, now) {
      return first(await evaluateMany([expression], input, now))
    },
    async check(expression) {
      const result = first(await submit({ expressions: [expression], inputJson: '', now: 0, isCheck: true }))
      return result.ok ? { ok: true } : result
    },
    async stop() {
      if (isStopped) return
      isStopped = true
      clearInterval(watch)
      const stopped = slots.map((slot) => slot.stop())
      for (const errand of [...queue.splice(0), ...stopped.flatMap(({ left }) => left)])
        fail(errand, stopping)
      await Promise.all(stopped.map(({ gone }) => gone))
    },
  }
}

const stopping: FormulaFailure = {
  code: 'formula_failed',
  message: 'The formula was not run: the server is stopping.',
}

const givenUp: FormulaFailure = {
  code: 'formula_suspended',
  message: `The formula was not run: ${guiltyMax} others beside it had to be stopped by force. Simplify those first, above all their regular expressions.`,
}

const noStart: FormulaFailure = {
  code: 'formula_failed',
  message:
    'The formula was not run: the process for formulas does not start. Check that the server may start processes and that its files are complete.',
}

function fail({ request, at }: Errand, failure: FormulaFailure): void {
  for (const position of at) answerRequest(request, position, { ok: false, ...failure })
}

function first([result]: readonly FormulaResult[]): FormulaResult {
  if (!result) throw new Error('A formula was left without an answer.')
  return result
}

function failureOf(end: ChildEnd, hardTimeoutMs: number, memoryMb: number): FormulaFailure {
  switch (end) {
    case 'killed':
      return {
        code: 'formula_timeout',
        message: `The formula gave no answer for ${hardTimeoutMs} ms and was stopped by force. Look at its regular expressions and lists.`,
      }
    case 'out_of_memory':
      return {
        code: 'formula_memory',
        message: `The formula used more than ${memoryMb} MB of memory and was stopped. Look for texts and lists that grow.`,
      }
    case 'ended':
      return { code: 'formula_failed', message: 'The formula ended the process that it ran in. Simplify it.' }
  }
}

import { startFormulaChild } from './formula-spawn.ts'
import type { ChildEnd, FormulaChild } from './formula-spawn.ts'
import type { FormulaAnswer, FormulaFailure } from './formula-frames.ts'
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
  /** A result as JSON. Default 262,144. */
  outputBytesMax?: number
  /** An input as JSON. Default 16 MiB. */
  inputBytesMax?: number
  /** Length of an expression. Default 20,000. */
  expressionCharsMax?: number
  /** How long an expression that had to be stopped by force is refused. Default 60,000. */
  suspendMs?: number
  /** Milliseconds, never going back; only for suspensions. */
  clock?: () => number
  /** Told when an expression is suspended, for the log. */
  onSuspended?: (suspended: { expression: string; code: FormulaErrorCode }) => void
}

/** What a caller waits for. */
interface Job {
  id: number
  /** Empty for a check. */
  inputJson: string
  now: number
  expressions: readonly string[]
  isCheck: boolean
  results: FormulaResult[]
  missing: number
  done: (results: FormulaResult[]) => void
}

/** Some or all expressions of a job, on their way to one process. */
interface Errand {
  job: Job
  at: number[]
  frame: { open: number }
  /** A process was lost that had it in its hands. */
  wasLost: boolean
}

interface Slot {
  child: FormulaChild | undefined
  isReady: boolean
  failedStarts: number
  /** By job id, in the order in which they were sent. */
  underWay: Map<number, Errand>
  framesOpen: number
  /** After a process was lost: what it had in its hands, to be tried one by one. */
  suspects: Errand[]
  progressAt: number
}

const framesAtOnce = 2
const errandsPerFrame = 64
const frameCharsSoft = 262_144
const startTimeoutMs = 20_000
/** An expression that runs into its time limit so often in a row is suspended too: it slows all others down. */
const timeoutsInARow = 3
const suspensionsKept = 1_000

/**
 * Evaluates formulas in child processes that have no environment, files or network, a bounded heap, and are killed
 * and replaced when they hang or run out of memory. Only the evaluation that was to blame fails: the others that the
 * process had in its hands are repeated, one by one until the guilty one is found, which is the one that is alone when
 * it is lost for the second time. That one is suspended for a while, so that a hostile formula costs the others two
 * times `hardTimeoutMs` per minute.
 *
 * Processes are started when they are first needed. Use a runner of its own for drafts typed in an editor, so that
 * they cannot hold up deliveries.
 */
export function createFormulaRunner(options: FormulaRunnerOptions = {}): FormulaRunner {
  const {
    processes = 1,
    timeoutMs = 100,
    hardTimeoutMs = 500,
    memoryMb = 256,
    outputBytesMax = 262_144,
    inputBytesMax = 16 * 1024 * 1024,
    expressionCharsMax = 20_000,
    suspendMs = 60_000,
    clock = () => performance.now(),
    onSuspended = () => {},
  } = options

  const slots: Slot[] = Array.from({ length: processes }, () => ({
    child: undefined,
    isReady: false,
    failedStarts: 0,
    underWay: new Map(),
    framesOpen: 0,
    suspects: [],
    progressAt: 0,
  }))
  const suspendedUntil = new Map<string, number>()
  const timeouts = new Map<string, number>()
  let queue: Errand[] = []
  let nextId = 1
  let isStopped = false
  let isPumping = false

  function submit(
    expressions: readonly string[],
    inputJson: string,
    now: number,
    isCheck: boolean,
  ): Promise<FormulaResult[]> {
    return new Promise((resolve) => {
      const job: Job = {
        id: nextId++,
        inputJson,
        now,
        expressions,
        isCheck,
        results: [],
        missing: expressions.length,
        done: resolve,
      }
      const at: number[] = []
      for (const [position, expression] of expressions.entries()) {
        const refusal = refused(expression, inputJson)
        if (refusal) answer(job, position, { ok: false, ...refusal })
        else at.push(position)
      }
      if (at.length === 0) return
      queue.push({ job, at, frame: { open: 0 }, wasLost: false })
      pumpSoon()
    })
  }

  function refused(expression: string, inputJson: string): FormulaFailure | undefined {
    if (isStopped)
      return { code: 'formula_failed', message: 'The formula was not run: the server is stopping.' }
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
    const left = suspendedUntil.size > 0 ? (suspendedUntil.get(expression) ?? 0) - clock() : 0
    if (left > 0) {
      return {
        code: 'formula_suspended',
        message: `The formula had to be stopped by force and is not tried again for ${Math.ceil(left / 1000)} s. Simplify it, above all its regular expressions and the functions that call themselves.`,
      }
    }
    return undefined
  }

  function answer(job: Job, at: number, result: FormulaResult): void {
    job.results[at] = result
    job.missing--
    if (job.missing === 0) job.done(job.results)
  }

  /** Calls made in the same turn share a frame. */
  function pumpSoon(): void {
    if (isPumping) return
    isPumping = true
    queueMicrotask(() => {
      isPumping = false
      for (const slot of slots) pump(slot)
    })
  }

  function pump(slot: Slot): void {
    if (isStopped) return
    if (!slot.child) {
      if (queue.length > 0 || slot.suspects.length > 0) start(slot)
      return
    }
    while (slot.isReady && slot.framesOpen < framesAtOnce) {
      const errands = slot.suspects.length > 0 ? nextSuspect(slot) : takeFromQueue()
      if (errands.length === 0) return
      send(slot, slot.child, errands)
    }
  }

  /** Suspects go alone, so that a second loss names the guilty one. */
  function nextSuspect(slot: Slot): Errand[] {
    if (slot.underWay.size > 0) return []
    for (let suspect = slot.suspects.shift(); suspect; suspect = slot.suspects.shift()) {
      if (isStillWanted(suspect)) return [suspect]
    }
    return takeFromQueue()
  }

  function takeFromQueue(): Errand[] {
    const taken: Errand[] = []
    let chars = 0
    let next = 0
    const share = Math.min(errandsPerFrame, Math.ceil(queue.length / processes))
    while (next < queue.length && taken.length < share && chars < frameCharsSoft) {
      const errand = queue[next++]
      if (!errand || !isStillWanted(errand)) continue
      taken.push(errand)
      chars += errand.job.inputJson.length
    }
    queue = next === queue.length ? [] : queue.slice(next)
    return taken
  }

  /** Answers what was suspended while the errand waited; false when nothing is left of it. */
  function isStillWanted(errand: Errand): boolean {
    if (suspendedUntil.size === 0) return true
    errand.at = errand.at.filter((position) => {
      const refusal = refused(errand.job.expressions[position] ?? '', '')
      if (refusal) answer(errand.job, position, { ok: false, ...refusal })
      return !refusal
    })
    return errand.at.length > 0
  }

  function send(slot: Slot, child: FormulaChild, errands: Errand[]): void {
    const frame = { open: errands.length }
    if (slot.underWay.size === 0) slot.progressAt = performance.now()
    for (const errand of errands) {
      errand.frame = frame
      slot.underWay.set(errand.job.id, errand)
    }
    slot.framesOpen++
    child.send(`[${errands.map(errandJson).join(',')}]`)
  }

  function errandJson({ job, at }: Errand): string {
    if (job.isCheck) return `{"id":${job.id},"check":${JSON.stringify(job.expressions[0])}}`
    const expressions = JSON.stringify(at.map((position) => job.expressions[position]))
    return `{"id":${job.id},"at":[${at.join(',')}],"expressions":${expressions},"now":${job.now},"input":${job.inputJson}}`
  }

  function receive(slot: Slot, answers: readonly FormulaAnswer[]): void {
    slot.progressAt = performance.now()
    if (!slot.isReady) {
      slot.isReady = true
      slot.failedStarts = 0
    }
    for (const [id, at, result] of answers) {
      const errand = slot.underWay.get(id)
      if (!errand?.at.includes(at)) continue
      if (errand.at.length > 1) errand.at = errand.at.filter((position) => position !== at)
      else finish(slot, errand)
      const expression = errand.job.expressions[at] ?? ''
      if ('code' in result) {
        countTimeout(expression, result.code)
        answer(errand.job, at, { ok: false, ...result })
      } else {
        if (timeouts.size > 0) timeouts.delete(expression)
        answer(errand.job, at, { ok: true, value: result.v })
      }
    }
    pump(slot)
  }

  function finish(slot: Slot, errand: Errand): void {
    slot.underWay.delete(errand.job.id)
    errand.frame.open--
    if (errand.frame.open === 0) slot.framesOpen--
  }

  function countTimeout(expression: string, code: FormulaErrorCode): void {
    if (code !== 'formula_timeout') return
    const count = (timeouts.get(expression) ?? 0) + 1
    if (count >= timeoutsInARow) suspend(expression, code)
    else remember(timeouts, expression, count)
  }

  function suspend(expression: string, code: FormulaErrorCode): void {
    timeouts.delete(expression)
    remember(suspendedUntil, expression, clock() + suspendMs)
    onSuspended({ expression, code })
  }

  function start(slot: Slot): void {
    slot.isReady = false
    slot.progressAt = performance.now()
    slot.child = startFormulaChild({
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
      onAnswers: (answers) => receive(slot, answers),
      onEnd: (end) => lost(slot, end),
    })
  }

  function lost(slot: Slot, end: ChildEnd): void {
    const wasReady = slot.isReady
    slot.child = undefined
    slot.isReady = false
    slot.framesOpen = 0
    const held = [...slot.underWay.values()].flatMap(({ job, at, wasLost }) =>
      at.map((position): Errand => ({ job, at: [position], frame: { open: 0 }, wasLost })),
    )
    slot.underWay.clear()
    if (isStopped) return

    const [only] = held
    // The machine may have been busy, or somebody else may have ended the process: a second time is no coincidence.
    const isGuilty = held.length === 1 && (end === 'out_of_memory' || only?.wasLost === true)
    if (only && isGuilty) {
      const [at = 0] = only.at
      const failure = failureOf(end, hardTimeoutMs, memoryMb)
      suspend(only.job.expressions[at] ?? '', failure.code)
      answer(only.job, at, { ok: false, ...failure })
    } else {
      for (const errand of held) errand.wasLost = true
      slot.suspects.unshift(...held)
    }

    if (wasReady || ++slot.failedStarts < 3) pump(slot)
    else giveUp(slot)
  }

  /** Something is wrong with the installation. The next call tries again. */
  function giveUp(slot: Slot): void {
    slot.failedStarts = 0
    const message =
      'The formula was not run: the process for formulas does not start. See the log of the server.'
    for (const { job, at } of [...slot.suspects.splice(0), ...queue.splice(0)]) {
      for (const position of at) answer(job, position, { ok: false, code: 'formula_failed', message })
    }
  }

  const watch = setInterval(
    () => {
      for (const slot of slots) {
        if (isLate(slot)) setImmediate(() => isLate(slot) && slot.child?.kill())
      }
    },
    Math.max(hardTimeoutMs / 4, 5),
  ).unref()

  /** Asked twice, with a turn of the event loop between: an answer may lie unread because this process was busy. */
  function isLate(slot: Slot): boolean {
    if (!slot.child) return false
    const silentMs = performance.now() - slot.progressAt
    return slot.isReady ? slot.underWay.size > 0 && silentMs > hardTimeoutMs : silentMs > startTimeoutMs
  }

  async function evaluateMany(
    expressions: readonly string[],
    input: unknown,
    now: Date,
  ): Promise<FormulaResult[]> {
    if (expressions.length === 0) return []
    return submit(expressions, JSON.stringify(input) ?? 'null', now.getTime(), false)
  }

  return {
    evaluateMany,
    async evaluate(expression, input, now) {
      const [result] = await evaluateMany([expression], input, now)
      if (!result) throw new Error('A formula was left without an answer.')
      return result
    },
    async check(expression) {
      const [result] = await submit([expression], '', 0, true)
      if (!result) throw new Error('A formula was left without an answer.')
      return result.ok ? { ok: true } : result
    },
    async stop() {
      if (isStopped) return
      isStopped = true
      clearInterval(watch)
      const message = 'The formula was not run: the server is stopping.'
      const left = [
        ...queue.splice(0),
        ...slots.flatMap((slot) => [...slot.underWay.values(), ...slot.suspects.splice(0)]),
      ]
      for (const { job, at } of left) {
        for (const position of at) answer(job, position, { ok: false, code: 'formula_failed', message })
      }
      await Promise.all(slots.flatMap((slot) => slot.child?.end() ?? []))
    },
  }
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

function remember(map: Map<string, number>, key: string, value: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= suspensionsKept) return
  const oldest = map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
}

import jsonata from 'jsonata'
import type { FormulaCheck, FormulaErrorCode } from '../../mappings/formula.ts'
import { formulaFunctions } from '../../mappings/functions.ts'
import type { FormulaFailure } from './formula-frames.ts'
import { replaceBuiltins } from './formula-builtins.ts'
import { plainResult } from './formula-result.ts'

export interface FormulaLimits {
  /** Processor time of one evaluation. */
  timeoutMs: number
  /** Nested evaluations. Each call of a function written in the formula takes several. */
  depthMax: number
  /** Elements of any list that is made on the way. */
  listMax: number
  /** Length of any text that is made on the way. */
  textCharsMax: number
  /** Size of the result, as JSON. */
  outputBytesMax: number
  /** Expressions kept ready, counted by the length of their text. */
  cacheChars: number
}

export interface FormulaEngine {
  evaluate(expression: string, input: unknown, now: number): Promise<{ v?: unknown } | FormulaFailure>
  check(expression: string): FormulaCheck
}

const nodesPerCheck = 64
/** JSONata's own limit is on the clock on the wall, and only there in case that an evaluation does not come by here. */
const wallFactor = 4

/** Called by JSONata after every node. Its types do not know that names may be symbols. */
function assignHook(
  expression: object,
  hook: (node: unknown, input: unknown, frame: unknown, result: unknown) => void,
): void {
  const assign: unknown = Reflect.get(expression, 'assign')
  if (typeof assign === 'function')
    Reflect.apply(assign, expression, [Symbol.for('jsonata.__evaluate_exit'), hook])
}

/**
 * JSONata with everything bounded that can be bounded from inside: time, depth, lists, texts, the result. What cannot
 * (a regular expression that backtracks, memory) is the business of the process around it. One evaluation at a time.
 */
export function createFormulaEngine(limits: FormulaLimits): FormulaEngine {
  const clock = { now: 0 }
  const cache = new Map<string, jsonata.Expression>()
  let cachedChars = 0

  const compile = (text: string): jsonata.Expression => {
    const known = cache.get(text)
    if (known) {
      // Moved to the end: what was used longest ago is dropped first.
      cache.delete(text)
      cache.set(text, known)
      return known
    }
    const { depthMax: stack, listMax: sequence } = limits
    const expression = jsonata(text, { timeout: limits.timeoutMs * wallFactor, stack, sequence })
    for (const [name, { run }] of Object.entries(formulaFunctions)) expression.assign(name, run)
    replaceBuiltins(expression, clock, limits.textCharsMax)
    assignHook(expression, afterNode)

    cache.set(text, expression)
    cachedChars += text.length
    for (const oldest of cache.keys()) {
      if (cachedChars <= limits.cacheChars || oldest === text) break
      cache.delete(oldest)
      cachedChars -= oldest.length
    }
    return expression
  }

  let nodes = 0
  let checkAt = 0
  let startedAt = 0

  /** Stops what took its share of the processor, and a text that doubles while it is still cheap. */
  const afterNode = (_node: unknown, _input: unknown, _frame: unknown, result: unknown): void => {
    if (typeof result === 'string' && result.length > limits.textCharsMax) {
      throw {
        code: 'text_too_long',
        message: `it makes a text of more than ${limits.textCharsMax} characters`,
      }
    }
    nodes++
    if (nodes % nodesPerCheck !== 0 || performance.now() < checkAt) return
    const usedMs = processorMs() - startedAt
    if (usedMs > limits.timeoutMs) throw { code: 'D1012' }
    checkAt = performance.now() + limits.timeoutMs - usedMs
  }

  return {
    async evaluate(text, input, now) {
      let expression: jsonata.Expression
      try {
        expression = compile(text)
      } catch (error) {
        return syntaxFailure(error)
      }
      clock.now = now
      startedAt = processorMs()
      checkAt = performance.now() + limits.timeoutMs
      try {
        return { v: plainResult(await settled(expression.evaluate(input)), limits.outputBytesMax) }
      } catch (error) {
        return evaluationFailure(error, limits)
      }
    },
    check(text) {
      try {
        compile(text)
        return { ok: true }
      } catch (error) {
        return { ok: false, ...syntaxFailure(error) }
      }
    },
  }
}

/** Not the clock on the wall: on a machine that is busy elsewhere a formula is not to blame for waiting. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/**
 * An evaluation waits for nothing outside itself. When the event loop comes round and it has not ended, it never will
 * (it made something that looks like a promise), and nobody else would notice. A failure is told only when the event
 * loop comes round, because the other elements of the same list or object go on being evaluated after it.
 */
function settled(evaluation: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let reason: unknown = { code: 'never_ends', message: 'it waits for something that never comes' }
    const comesRound = setImmediate(() => reject(reason))
    evaluation.then(
      (value) => {
        clearImmediate(comesRound)
        resolve(value)
      },
      (error: unknown) => {
        reason = error
      },
    )
  })
}

/** JSONata throws plain objects; a function of ours throws errors. Neither is trusted to be well-formed. */
function part(error: unknown, name: 'code' | 'message' | 'position'): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
}

function codeOf(error: unknown): string {
  const code = part(error, 'code')
  return typeof code === 'string' ? code : ''
}

function messageOf(error: unknown): string {
  const message = part(error, 'message')
  const text = typeof message === 'string' ? message : 'no reason was given'
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}

function withPosition(code: FormulaErrorCode, message: string, error: unknown): FormulaFailure {
  const position = part(error, 'position')
  return typeof position === 'number' ? { code, message, position } : { code, message }
}

function syntaxFailure(error: unknown): FormulaFailure {
  if (error instanceof RangeError) {
    return { code: 'formula_syntax', message: 'The formula cannot be read: it is nested too deeply.' }
  }
  return withPosition('formula_syntax', `The formula cannot be read: ${messageOf(error)}`, error)
}

function evaluationFailure(error: unknown, limits: FormulaLimits): FormulaFailure {
  switch (codeOf(error)) {
    case 'D1012':
      return {
        code: 'formula_timeout',
        message: `The formula ran for more than ${limits.timeoutMs} ms and was stopped. Look for a function that calls itself for ever.`,
      }
    case 'D1011':
      return withPosition(
        'formula_failed',
        'The formula was stopped: its functions call themselves too deeply.',
        error,
      )
    case 'D2014':
    case 'D2015':
      return withPosition(
        'formula_memory',
        `The formula was stopped: it makes a list of more than ${limits.listMax} elements.`,
        error,
      )
    case 'text_too_long':
      return withPosition('formula_memory', `The formula was stopped: ${messageOf(error)}.`, error)
    case 'result_too_large':
      return { code: 'formula_output_too_large', message: `The formula was stopped: ${messageOf(error)}.` }
    case 'never_ends':
    case 'no_value':
      return withPosition('formula_failed', `The formula gives no value: ${messageOf(error)}.`, error)
  }
  if (error instanceof RangeError) {
    const isDepth = error.message.includes('call stack')
    return {
      code: isDepth ? 'formula_failed' : 'formula_memory',
      message: `The formula was stopped: ${isDepth ? 'it is nested too deeply' : 'it makes something too large to hold'}.`,
    }
  }
  return withPosition('formula_failed', `The formula failed: ${messageOf(error)}`, error)
}

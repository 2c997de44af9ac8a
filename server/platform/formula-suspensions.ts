import type { FormulaErrorCode } from '../../mappings/formula.ts'

/** Expressions that are refused for a while, because running them costs all others too much. */
export interface Suspensions {
  /** Milliseconds for which the expression is still refused; 0 when it may run. */
  left(expression: string): number
  isEmpty(): boolean
  suspend(expression: string, code: FormulaErrorCode): void
  /** Running into the time limit costs the others a little each time: too often in a row is suspended as well. */
  timedOut(expression: string): void
  succeeded(expression: string): void
}

const timeoutsInARow = 3
/** Of each kind; whoever invents more hostile expressions in a minute makes the oldest runnable again. */
const kept = 1_000

export function createSuspensions(options: {
  suspendMs: number
  clock: () => number
  onSuspended: (suspended: { expression: string; code: FormulaErrorCode }) => void
}): Suspensions {
  const { suspendMs, clock, onSuspended } = options
  const until = new Map<string, number>()
  const timeouts = new Map<string, number>()

  const suspend = (expression: string, code: FormulaErrorCode): void => {
    timeouts.delete(expression)
    remember(until, expression, clock() + suspendMs)
    onSuspended({ expression, code })
  }

  return {
    suspend,
    isEmpty: () => until.size === 0,
    left(expression) {
      const end = until.get(expression)
      if (end === undefined) return 0
      const left = end - clock()
      if (left <= 0) until.delete(expression)
      return Math.max(left, 0)
    },
    timedOut(expression) {
      const count = (timeouts.get(expression) ?? 0) + 1
      if (count >= timeoutsInARow) suspend(expression, 'formula_timeout')
      else remember(timeouts, expression, count)
    },
    succeeded(expression) {
      if (timeouts.size > 0) timeouts.delete(expression)
    },
  }
}

function remember(map: Map<string, number>, key: string, value: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= kept) return
  const oldest = map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
}

/** Why a formula gave no value. The codes are stored; the UI words them. */
export type FormulaErrorCode =
  /** It cannot be read as JSONata. */
  | 'formula_syntax'
  /** It was read, and went wrong for this event. */
  | 'formula_failed'
  /** It ran longer than allowed. */
  | 'formula_timeout'
  /** It used more memory than allowed. */
  | 'formula_memory'
  /** Its result is larger than allowed. */
  | 'formula_output_too_large'
  /** It had to be stopped by force a moment ago, and is not tried again for a minute. */
  | 'formula_suspended'

export type FormulaResult =
  { ok: true; value: unknown } | { ok: false; code: FormulaErrorCode; message: string; position?: number }

export type FormulaCheck =
  { ok: true } | { ok: false; code: FormulaErrorCode; message: string; position?: number }

/**
 * Evaluates formulas somewhere where they can do no harm. No method rejects because of a formula: whatever a formula
 * does is an answer. The same expression, input and `now` give the same value every time.
 */
export interface FormulaRunner {
  /** `input` must be JSON-like. A value of `undefined` means that the formula found nothing. */
  evaluate(expression: string, input: unknown, now: Date): Promise<FormulaResult>
  /** Several formulas over one input, which is sent once. One answer each, in their order. */
  evaluateMany(expressions: readonly string[], input: unknown, now: Date): Promise<FormulaResult[]>
  /** Reads the formula without running it; `position` counts characters from 0. */
  check(expression: string): Promise<FormulaCheck>
  /** Ends the processes behind it. What is still waiting is answered `formula_failed`. */
  stop(): Promise<void>
}

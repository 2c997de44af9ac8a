import type { FormulaResult } from '../../mappings/formula.ts'

/** What a caller waits for: some expressions over one input, or one expression to be read only. */
export interface FormulaRequest {
  id: number
  /** Empty for an expression that is only read. */
  inputJson: string
  now: number
  expressions: readonly string[]
  isCheck: boolean
  results: FormulaResult[]
  missing: number
  /** How many of its expressions cost a process. */
  guilty: number
  done: (results: FormulaResult[]) => void
}

/** Some or all expressions of a request, on their way to one process. */
export interface Errand {
  request: FormulaRequest
  /** Positions that have no answer yet. */
  at: number[]
  /** A process was lost that had it in its hands. */
  wasLost: boolean
}

export function answerRequest(request: FormulaRequest, at: number, result: FormulaResult): void {
  request.results[at] = result
  request.missing--
  if (request.missing === 0) request.done(request.results)
}

/** As the child reads it. The input is text already, and goes in as it is. */
export function errandJson({ request, at }: Errand): string {
  const { id, expressions, isCheck, now, inputJson } = request
  if (isCheck) return `{"id":${id},"check":${JSON.stringify(expressions[0])}}`
  const wanted = JSON.stringify(at.map((position) => expressions[position]))
  return `{"id":${id},"at":[${at.join(',')}],"expressions":${wanted},"now":${now},"input":${inputJson}}`
}

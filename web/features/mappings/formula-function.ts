/** A formula that the hub has by name. */
export interface FormulaFunction {
  /** Without the $. */
  name: string
  /** How it is called, with ? behind what may be left out. */
  usage: string
  description: string
  example: string
}

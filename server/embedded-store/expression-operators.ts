import type { Value } from './bson-types.ts'
import { arithmeticOperators } from './arithmetic-operators.ts'

/** An operator that needs nothing but the values of its arguments. */
export interface EagerOperator {
  /** The least and the most number of arguments. */
  readonly arity: readonly [number, number]
  readonly apply: (args: readonly (Value | undefined)[], name: string) => Value | undefined
}

export const eagerOperators: ReadonlyMap<string, EagerOperator> = new Map(Object.entries(arithmeticOperators))

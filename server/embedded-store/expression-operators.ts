import type { Value } from './bson-types.ts'
import { arithmeticOperators } from './arithmetic-operators.ts'
import { arrayOperators } from './array-operators.ts'
import { dateOperators } from './date-operators.ts'
import { stringOperators } from './string-operators.ts'
import { typeOperators } from './type-operators.ts'

/** An operator that needs nothing but the values of its arguments. */
export interface EagerOperator {
  /** The least and the most number of arguments. */
  readonly arity: readonly [number, number]
  readonly apply: (args: readonly (Value | undefined)[], name: string) => Value | undefined
}

/** All operators that evaluate every argument, by name. */
export const eagerOperators: ReadonlyMap<string, EagerOperator> = new Map(
  Object.entries({
    ...arithmeticOperators,
    ...stringOperators,
    ...arrayOperators,
    ...typeOperators,
    ...dateOperators,
  }),
)

import { StoreError } from './errors.ts'
import type { Value } from './bson-types.ts'
import type { Expression, Names } from './expression-scope.ts'

export function mingoOperator(
  name: string,
  _operand: Value,
  _names: Names,
  _compile: (value: Value, names: Names) => Expression,
): Expression {
  throw new StoreError(168, `Unrecognized expression '${name}'`)
}

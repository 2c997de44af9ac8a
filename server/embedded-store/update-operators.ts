import { StoreError } from './errors.ts'
import { Timestamp, isDoc } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { addNumbers, integerValue, multiplyNumbers, numericType, wholeNumber } from './arithmetic.ts'
import { addToSet, pop, pull, pullAll, push } from './array-update-operators.ts'
import { compareValues, identicalValues, isNumeric } from './compare-values.ts'
import type { Numeric } from './compare-values.ts'
import type { ExpressionContext } from './expression-scope.ts'
import { showValue } from './show-value.ts'
import { typeName } from './type-name.ts'
import type { Leaf, UpdateRun } from './update-tree.ts'

type Operator = (operand: Value, path: string, context: ExpressionContext) => Leaf

/** The update operators that act on one path each; `$rename`, which has two, is in `update.ts`. */
export const updateOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$set', (operand) => set(operand)],
  ['$setOnInsert', (operand) => ({ ...set(operand), isActive: (run) => run.inserting })],
  ['$unset', () => ({ kind: 'leaf', creates: false, apply: () => undefined })],
  ['$inc', (operand, path) => arithmetic('$inc', operand, path)],
  ['$mul', (operand, path) => arithmetic('$mul', operand, path)],
  ['$min', (operand) => extreme(operand, -1)],
  ['$max', (operand) => extreme(operand, 1)],
  ['$currentDate', (operand) => currentDate(operand)],
  ['$bit', (operand, path) => bit(operand, path)],
  ['$push', (operand, path) => push(operand, path)],
  ['$addToSet', (operand, path) => addToSet(operand, path)],
  ['$pop', (operand, path) => pop(operand, path)],
  ['$pull', (operand, path, context) => pull(operand, path, context)],
  ['$pullAll', (operand) => pullAll(operand)],
])

function set(value: Value): Leaf {
  return {
    kind: 'leaf',
    creates: true,
    apply: (existing) => (existing !== undefined && identicalValues(existing, value) ? existing : value),
  }
}

function describe(run: UpdateRun): string {
  return `{_id: ${showValue(run.doc['_id'] ?? null)}}`
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

function arithmetic(operator: '$inc' | '$mul', operand: Value, path: string): Leaf {
  const isSum = operator === '$inc'
  if (!isNumeric(operand)) {
    throw new StoreError(
      'TypeMismatch',
      `Cannot ${isSum ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${showValue(operand)}}`,
    )
  }
  const missing = isSum ? operand : zeroOf(operand)
  return {
    kind: 'leaf',
    creates: true,
    apply: (existing, run, at) => {
      if (existing === undefined) return missing
      if (!isNumeric(existing)) {
        throw new StoreError(
          'TypeMismatch',
          `Cannot apply ${operator} to a value of non-numeric type. ${describe(run)} has the field ` +
            `'${lastName(at)}' of non-numeric type ${typeName(existing)}`,
        )
      }
      const result = isSum ? addNumbers(existing, operand) : multiplyNumbers(existing, operand)
      if (result === undefined) {
        throw new StoreError(
          'BadValue',
          `Failed to apply ${operator} operations to current value (${showValue(existing)}) for document ` +
            `${describe(run)}: it would not fit into 64 bits`,
        )
      }
      return identicalValues(existing, result) ? existing : result
    },
  }
}

/** `$mul` of a missing field gives zero in the type of its argument. */
function zeroOf(operand: Numeric): Value {
  return multiplyNumbers(operand, 0) ?? 0
}

function extreme(operand: Value, sign: 1 | -1): Leaf {
  return {
    kind: 'leaf',
    creates: true,
    apply: (existing) =>
      existing === undefined || compareValues(operand, existing) * sign > 0 ? operand : existing,
  }
}

let timestampSeconds = 0
let timestampOrdinal = 0

/** Timestamps of one second are told apart by their ordinal, so that no two of this process are equal. */
function nextTimestamp(now: Date): Timestamp {
  const seconds = Math.floor(now.getTime() / 1000)
  timestampOrdinal = seconds === timestampSeconds ? timestampOrdinal + 1 : 1
  timestampSeconds = seconds
  return new Timestamp((BigInt(seconds) << 32n) | BigInt(timestampOrdinal))
}

function currentDate(operand: Value): Leaf {
  return { kind: 'leaf', creates: true, apply: currentDateValue(operand) }
}

function currentDateValue(operand: Value): Leaf['apply'] {
  if (typeof operand === 'boolean') return (_existing, run) => run.now
  const type = isDoc(operand) ? operand['$type'] : undefined
  if (isDoc(operand)) {
    for (const key in operand) {
      if (key !== '$type') throw new StoreError('BadValue', `Unrecognized $currentDate option: ${key}`)
    }
    if (type === 'date') return (_existing, run) => run.now
    if (type === 'timestamp') return (_existing, run) => nextTimestamp(run.now)
    throw new StoreError(
      'BadValue',
      "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
    )
  }
  throw new StoreError(
    'BadValue',
    `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type ` +
      "expression ({$type: 'timestamp/date'}).",
  )
}

/** `$bit: { and | or | xor: integer }`, possibly several in a row. */
function bit(operand: Value, path: string): Leaf {
  const steps = bitSteps(operand, path)
  return {
    kind: 'leaf',
    creates: true,
    apply: (existing, run, at) => {
      const start = existing ?? 0
      const type = isNumeric(start) ? numericType(start) : undefined
      if (!isNumeric(start) || (type !== 'int' && type !== 'long')) {
        throw new StoreError(
          'BadValue',
          `Cannot apply $bit to a value of non-integral type.${describe(run)} has the field ${lastName(at)} ` +
            `of non-integer type ${typeName(existing)}`,
        )
      }
      let bits = wholeNumber(start) ?? 0n
      let width = type
      for (const step of steps) {
        if (step.width === 'long') width = 'long'
        bits = step.combine(bits, step.bits)
      }
      const result = integerValue(BigInt.asIntN(64, bits), width) ?? 0
      return existing !== undefined && identicalValues(existing, result) ? existing : result
    },
  }
}

interface BitStep {
  readonly bits: bigint
  readonly width: 'int' | 'long'
  readonly combine: (left: bigint, right: bigint) => bigint
}

const bitCombinations: ReadonlyMap<string, BitStep['combine']> = new Map<string, BitStep['combine']>([
  ['and', (left, right) => left & right],
  ['or', (left, right) => left | right],
  ['xor', (left, right) => left ^ right],
])

function bitSteps(operand: Value, path: string): BitStep[] {
  const expected =
    'The $bit modifier is not compatible with this argument. You must pass in an embedded document: ' +
    '{$bit: {field: {and/or/xor: #}}'
  if (!isDoc(operand)) throw new StoreError('BadValue', expected)
  const steps = Object.keys(operand).map((name): BitStep => {
    const combine = bitCombinations.get(name)
    const value: Value = operand[name] ?? null
    if (!combine) {
      throw new StoreError(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}'`,
      )
    }
    const width = isNumeric(value) ? numericType(value) : undefined
    if (!isNumeric(value) || (width !== 'int' && width !== 'long')) {
      throw new StoreError(
        'BadValue',
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(value)}' is not supported here: ` +
          `{${path}: ${showValue(value)}}`,
      )
    }
    return { bits: wholeNumber(value) ?? 0n, width, combine }
  })
  if (steps.length === 0) throw new StoreError('BadValue', expected)
  return steps
}

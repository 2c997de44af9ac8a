import { StoreError } from './errors.ts'
import { Regex, isDoc } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { wholeNumber } from './arithmetic.ts'
import { compareValues, identicalValues, isNumeric } from './compare-values.ts'
import { equalTest } from './compare-tests.ts'
import type { ValueTest } from './compare-tests.ts'
import type { ExpressionContext } from './expression-scope.ts'
import { compileElementTest, compileFilter, isOperatorDoc } from './match.ts'
import { regexTest } from './regex.ts'
import { showValue } from './show-value.ts'
import { compileElementOrder } from './sort.ts'
import { typeName } from './type-name.ts'
import type { Leaf, UpdateRun } from './update-tree.ts'

function notAnArray(path: string, existing: Value, run: UpdateRun): StoreError {
  return new StoreError(
    'BadValue',
    `The field '${path}' must be an array but is of type ${typeName(existing)} in document ` +
      `{_id: ${showValue(run.doc['_id'] ?? null)}}`,
  )
}

interface PushOptions {
  readonly items: readonly Value[]
  readonly position: number | undefined
  readonly slice: number | undefined
  readonly order: ((left: Value, right: Value) => number) | undefined
}

/** `$push`, with `$each`, `$position`, `$sort` and `$slice`, applied in this order whatever theirs is. */
export function push(operand: Value, _path: string): Leaf {
  const options = pushOptions(operand)
  return {
    kind: 'leaf',
    creates: true,
    apply: (existing, run, path) => {
      if (existing !== undefined && !Array.isArray(existing)) throw notAnArray(path, existing, run)
      const result = pushed(existing ?? [], options)
      return existing && identicalValues(existing, result) ? existing : result
    },
  }
}

function pushed(existing: readonly Value[], { items, position, slice, order }: PushOptions): Value[] {
  let result: Value[]
  if (position === undefined) {
    result = existing.concat(items)
  } else {
    const at = position < 0 ? Math.max(existing.length + position, 0) : position
    result = [...existing.slice(0, at), ...items, ...existing.slice(at)]
  }
  if (order) result.sort(order)
  if (slice === undefined) return result
  if (slice === 0) return []
  return slice > 0 ? result.slice(0, slice) : result.slice(slice)
}

const pushClauses = ['$each', '$position', '$slice', '$sort']

function pushOptions(operand: Value): PushOptions {
  const each = isDoc(operand) ? operand['$each'] : undefined
  if (!isDoc(operand) || each === undefined) {
    return { items: [operand], position: undefined, slice: undefined, order: undefined }
  }
  for (const key in operand) {
    if (!pushClauses.includes(key)) {
      throw new StoreError('BadValue', `Unrecognized clause in $push: ${key}`)
    }
  }
  const { $sort: sort } = operand
  return {
    items: eachOf('$push', each),
    position: clauseNumber('$position', operand['$position']),
    slice: clauseNumber('$slice', operand['$slice']),
    order: sort === undefined ? undefined : pushOrder(sort),
  }
}

function pushOrder(sort: Value): (left: Value, right: Value) => number {
  const isEmpty = isDoc(sort) && Object.keys(sort).length === 0
  if ((!isDoc(sort) && !isNumeric(sort)) || isEmpty) {
    throw new StoreError(
      'BadValue',
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    )
  }
  try {
    return compileElementOrder(sort)
  } catch {
    throw new StoreError('BadValue', 'The $sort element value must be either 1 or -1')
  }
}

function eachOf(operator: string, each: Value): Value[] {
  if (Array.isArray(each)) return each
  throw new StoreError(
    operator === '$push' ? 'BadValue' : 'TypeMismatch',
    `The argument to $each in ${operator} must be an array but it was of type: ${typeName(each)}`,
  )
}

function clauseNumber(clause: string, value: Value | undefined): number | undefined {
  if (value === undefined) return undefined
  const whole = isNumeric(value) ? wholeNumber(value) : undefined
  if (whole === undefined) {
    throw new StoreError(
      'BadValue',
      `The value for ${clause} must be an integer value but was given type: ${typeName(value)}`,
    )
  }
  return Number(whole)
}

/** `$addToSet`: appends what no element equals yet; equality is MongoDB's, so 1 and 1.0 are the same. */
export function addToSet(operand: Value, _path: string): Leaf {
  const each = isDoc(operand) ? operand['$each'] : undefined
  const isEach = isDoc(operand) && each !== undefined && Object.keys(operand)[0] === '$each'
  if (isEach) {
    const extra = Object.keys(operand).find((key) => key !== '$each')
    if (extra) throw new StoreError('BadValue', `Found unexpected fields after $each in $addToSet: ${extra}`)
  }
  const items = isEach ? eachOf('$addToSet', each) : [operand]
  return {
    kind: 'leaf',
    creates: true,
    apply: (existing, run, path) => {
      if (existing !== undefined && !Array.isArray(existing)) throw notAnArray(path, existing, run)
      const result: Value[] = existing ?? []
      const added: Value[] = []
      for (const item of items) {
        const equalsItem = (other: Value): boolean => compareValues(other, item) === 0
        if (!result.some(equalsItem) && !added.some(equalsItem)) added.push(item)
      }
      return added.length === 0 && existing ? existing : [...result, ...added]
    },
  }
}

/** `$pop: 1` drops the last element, `-1` the first. */
export function pop(operand: Value, path: string): Leaf {
  const end = isNumeric(operand) ? Number(wholeNumber(operand) ?? NaN) : NaN
  if (Math.abs(end) !== 1) {
    throw new StoreError('FailedToParse', `$pop expects 1 or -1, found: ${path}: ${showValue(operand)}`)
  }
  return {
    kind: 'leaf',
    creates: false,
    apply: (existing, _run, at) => {
      if (!Array.isArray(existing)) {
        throw new StoreError(
          'TypeMismatch',
          `Path '${at}' contains an element of non-array type '${typeName(existing)}'`,
        )
      }
      if (existing.length === 0) return existing
      return end === 1 ? existing.slice(0, -1) : existing.slice(1)
    },
  }
}

function removing(operator: string, matches: ValueTest): Leaf {
  return {
    kind: 'leaf',
    creates: false,
    apply: (existing) => {
      if (!Array.isArray(existing)) {
        throw new StoreError('BadValue', `Cannot apply ${operator} to a non-array value`)
      }
      return existing.some(matches) ? existing.filter((item) => !matches(item)) : existing
    },
  }
}

/** `$pull`: removes the elements that equal a value, meet a condition, or match a query on their fields. */
export function pull(operand: Value, _path: string, context: ExpressionContext): Leaf {
  return removing('$pull', pullTest(operand, context))
}

function pullTest(operand: Value, context: ExpressionContext): ValueTest {
  if (operand instanceof Regex) return regexTest(operand)
  if (!isDoc(operand)) return equalTest(operand)
  if (isOperatorDoc(operand)) return compileElementTest(operand, context)
  const filter = compileFilter(operand, context)
  return (item) => isDoc(item) && filter(item)
}

/** `$pullAll`: removes the elements that equal any of the given values. */
export function pullAll(operand: Value): Leaf {
  if (!Array.isArray(operand)) {
    throw new StoreError(
      'BadValue',
      `$pullAll requires an array argument but was given a ${typeName(operand)}`,
    )
  }
  return removing('$pullAll', (item) => operand.some((value) => compareValues(item, value) === 0))
}

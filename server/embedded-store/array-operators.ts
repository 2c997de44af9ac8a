import { StoreError } from './errors.ts'
import { doubleValue, fieldKey, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { wholeNumber } from './arithmetic.ts'
import { compareValues, isNullish, isNumeric } from './compare-values.ts'
import type { EagerOperator } from './expression-operators.ts'
import { isTruthy } from './is-truthy.ts'
import { NumberSum } from './number-sum.ts'
import { typeName } from './type-name.ts'

type Args = readonly (Value | undefined)[]

function arrayOf(name: string, value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value
  throw new StoreError(28689, `${name}'s argument must be an array, but is ${typeName(value)}`)
}

function wholeOf(name: string, value: Value | undefined): number {
  const whole = isNumeric(value) ? wholeNumber(value) : undefined
  if (whole === undefined) {
    throw new StoreError(28690, `${name} requires a whole number here, found: ${typeName(value)}`)
  }
  return Number(whole)
}

/** An operator on one array, null for null. */
function onArray(compute: (items: readonly Value[], name: string) => Value | undefined): EagerOperator {
  return {
    arity: [1, 1],
    apply: ([value], name) => (isNullish(value) ? null : compute(arrayOf(name, value), name)),
  }
}

function elementAt([value, index]: Args, name: string): Value | undefined {
  if (isNullish(value) || isNullish(index)) return null
  return arrayOf(name, value).at(wholeOf(name, index))
}

function concatArrays(args: Args, name: string): Value {
  const result: Value[] = []
  for (const value of args) {
    if (isNullish(value)) return null
    for (const item of arrayOf(name, value)) result.push(item)
  }
  return result
}

function isIn([value, items]: Args): Value {
  if (!Array.isArray(items)) {
    throw new StoreError(40081, `$in requires an array as a second argument, found: ${typeName(items)}`)
  }
  return items.some((item) => value !== undefined && compareValues(item, value) === 0)
}

function indexOfArray([items, value, start, end]: Args, name: string): Value {
  if (isNullish(items)) return null
  const list = arrayOf(name, items)
  const from = start === undefined ? 0 : wholeOf(name, start)
  const to = end === undefined ? list.length : Math.min(wholeOf(name, end), list.length)
  for (let at = from; at < to; at++) if (compareValues(list[at], value) === 0) return at
  return -1
}

function slice([value, second, third]: Args, name: string): Value {
  if (isNullish(value) || isNullish(second) || (third !== undefined && isNullish(third))) return null
  const items = arrayOf(name, value)
  if (third === undefined) {
    const count = wholeOf(name, second)
    return count < 0 ? items.slice(count) : items.slice(0, count)
  }
  const position = wholeOf(name, second)
  const count = wholeOf(name, third)
  if (count <= 0) throw new StoreError(28729, `Third argument to $slice must be positive: ${count}`)
  const start = position < 0 ? Math.max(items.length + position, 0) : position
  return items.slice(start, start + count)
}

const rangeItemsMax = 1_000_000

function range([start, end, step]: Args, name: string): Value {
  const from = wholeOf(name, start)
  const to = wholeOf(name, end)
  const by = step === undefined ? 1 : wholeOf(name, step)
  if (by === 0) throw new StoreError(34449, '$range requires a non-zero step value')
  if ((to - from) / by > rangeItemsMax) {
    throw new StoreError(
      'BadValue',
      `$range would make more than ${rangeItemsMax} numbers; take a smaller range`,
    )
  }
  const result: Value[] = []
  for (let at = from; by > 0 ? at < to : at > to; at += by) result.push(at)
  return result
}

function arrayToObject(items: readonly Value[]): Value {
  const doc = newDoc()
  for (const item of items) {
    const [key, value] = Array.isArray(item) ? item : isDoc(item) ? [item['k'], item['v']] : []
    if (typeof key !== 'string' || value === undefined) {
      throw new StoreError(
        40392,
        '$arrayToObject requires an array of [key, value] pairs or of { k, v } objects',
      )
    }
    doc[fieldKey(key)] = value
  }
  return doc
}

function objectToArray([value]: Args): Value {
  if (isNullish(value)) return null
  if (!isDoc(value))
    throw new StoreError(40390, `$objectToArray requires a document input, found: ${typeName(value)}`)
  return Object.entries(value).map(([key, field]) => {
    const pair = newDoc()
    pair['k'] = fieldName(key)
    pair['v'] = field
    return pair
  })
}

function mergeObjects(args: Args): Value {
  const result = newDoc()
  const [only] = args
  for (const value of args.length === 1 && Array.isArray(only) ? only : args) {
    if (isNullish(value)) continue
    if (!isDoc(value)) {
      throw new StoreError(
        40400,
        `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
      )
    }
    Object.assign(result, value)
  }
  return result
}

function optionsOf(name: string, value: Value | undefined): Doc {
  if (isDoc(value)) return value
  throw new StoreError('FailedToParse', `${name} only supports an object as its argument`)
}

function setField([value]: Args, name: string): Value | undefined {
  const { field, input, value: wanted } = optionsOf(name, value)
  if (isNullish(input)) return null
  if (typeof field !== 'string' || !isDoc(input)) {
    throw new StoreError(4161102, `${name} requires 'field' to be a string and 'input' an object`)
  }
  const result = Object.assign(newDoc(), input)
  if (wanted === undefined) delete result[fieldKey(field)]
  else result[fieldKey(field)] = wanted
  return result
}

/** Sorted and without equal ones. */
function distinct(items: readonly Value[]): Value[] {
  return items
    .toSorted(compareValues)
    .filter((item, index, all) => index === 0 || compareValues(all[index - 1], item) !== 0)
}

function has(items: readonly Value[], value: Value): boolean {
  return items.some((item) => compareValues(item, value) === 0)
}

function setOperator(
  arity: readonly [number, number],
  compute: (sets: readonly (readonly Value[])[]) => Value,
): EagerOperator {
  return {
    arity,
    apply: (args, name) => {
      const isTest = name === '$setEquals' || name === '$setIsSubset'
      if (!isTest && args.some(isNullish)) return null
      return compute(args.map((value) => arrayOf(name, value)))
    },
  }
}

function isSubset(inner: readonly Value[], outer: readonly Value[]): boolean {
  return inner.every((item) => has(outer, item))
}

function zip([value]: Args, name: string): Value {
  const { inputs, useLongestLength, defaults } = optionsOf(name, value)
  const lists = arrayOf(name, inputs)
  if (lists.some(isNullish)) return null
  const arrays = lists.map((list) => arrayOf(name, list))
  const lengths = arrays.map((list) => list.length)
  const length = isTruthy(useLongestLength) ? Math.max(...lengths) : Math.min(...lengths)
  const fill = Array.isArray(defaults) ? defaults : []
  return Array.from({ length }, (_, index) => arrays.map((list, at) => list[index] ?? fill[at] ?? null))
}

/** The arguments of an operator that folds either its arguments or the one array it is given. */
function folded(args: Args): Args {
  const [only] = args
  return args.length === 1 && Array.isArray(only) ? only : args
}

function sumOf(args: Args): NumberSum {
  const sum = new NumberSum()
  for (const value of folded(args)) sum.add(value)
  return sum
}

/** The greatest (1) or least (-1) of the values, nullish ones aside; null when there are none. */
function extremeOf(values: Args, sign: 1 | -1): Value {
  let best: Value | undefined
  for (const value of values) {
    if (isNullish(value)) continue
    if (best === undefined || compareValues(value, best) * sign > 0) best = value
  }
  return best ?? null
}

/** Arrays, sets and documents. */
export const arrayOperators: Record<string, EagerOperator> = {
  $size: {
    arity: [1, 1],
    apply: ([value]) => {
      if (Array.isArray(value)) return value.length
      throw new StoreError(
        17124,
        `The argument to $size must be an array, but was of type: ${typeName(value)}`,
      )
    },
  },
  $arrayElemAt: { arity: [2, 2], apply: elementAt },
  $first: onArray((items) => items[0]),
  $last: onArray((items) => items.at(-1)),
  $concatArrays: { arity: [0, Infinity], apply: concatArrays },
  $in: { arity: [2, 2], apply: isIn },
  $indexOfArray: { arity: [2, 4], apply: indexOfArray },
  $reverseArray: onArray((items) => items.toReversed()),
  $slice: { arity: [2, 3], apply: slice },
  $range: { arity: [2, 3], apply: range },
  $zip: { arity: [1, 1], apply: zip },
  $arrayToObject: onArray(arrayToObject),
  $objectToArray: { arity: [1, 1], apply: objectToArray },
  $mergeObjects: { arity: [0, Infinity], apply: mergeObjects },
  $setField: { arity: [1, 1], apply: setField },
  $unsetField: { arity: [1, 1], apply: setField },
  $setUnion: setOperator([0, Infinity], (sets) => distinct(sets.flat())),
  $setIntersection: setOperator([0, Infinity], ([first = [], ...others]) =>
    distinct(first.filter((item) => others.every((other) => has(other, item)))),
  ),
  $setDifference: setOperator([2, 2], ([left = [], right = []]) => {
    const kept: Value[] = []
    for (const item of left) if (!has(right, item) && !has(kept, item)) kept.push(item)
    return kept
  }),
  $setEquals: setOperator([2, Infinity], ([first = [], ...others]) =>
    others.every((other) => isSubset(first, other) && isSubset(other, first)),
  ),
  $setIsSubset: setOperator([2, 2], ([inner = [], outer = []]) => isSubset(inner, outer)),
  $anyElementTrue: { arity: [1, 1], apply: ([value], name) => arrayOf(name, value).some(isTruthy) },
  $allElementsTrue: { arity: [1, 1], apply: ([value], name) => arrayOf(name, value).every(isTruthy) },
  $sum: { arity: [0, Infinity], apply: (args) => sumOf(args).total },
  $avg: { arity: [0, Infinity], apply: (args) => sumOf(args).mean },
  $max: { arity: [0, Infinity], apply: (args) => extremeOf(folded(args), 1) },
  $min: { arity: [0, Infinity], apply: (args) => extremeOf(folded(args), -1) },
  $rand: { arity: [0, 1], apply: () => doubleValue(Math.random()) },
}

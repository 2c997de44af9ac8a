import { StoreError } from './errors.ts'
import { doubleValue, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { toDouble, wholeNumber } from './arithmetic.ts'
import { compareValues, isNullish, isNumeric } from './compare-values.ts'
import { compile } from './expression.ts'
import type { Expression, Names, Scope } from './expression-scope.ts'
import { groupKey } from './group-key.ts'
import { NumberSum } from './number-sum.ts'
import { compileSort } from './sort.ts'
import { typeName } from './type-name.ts'

/** What gathers one value of one group. */
export interface Accumulator {
  add(scope: Scope): void
  result(): Value
}

type Build = (operand: Value, names: Names, name: string) => () => Accumulator

/** Accumulators by name. Each is compiled once and then started once per group. */
const accumulators: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['$sum', summing((sum) => sum.total)],
  ['$avg', summing((sum) => sum.mean)],
  ['$count', count],
  ['$min', folding((best: Value | undefined, value) => better(best, value, -1))],
  ['$max', folding((best: Value | undefined, value) => better(best, value, 1))],
  ['$first', first],
  ['$last', folding((_last: Value | undefined, value) => value ?? null)],
  ['$push', pushing(false)],
  ['$addToSet', pushing(true)],
  ['$mergeObjects', folding(mergeInto)],
  ['$stdDevPop', deviation(0)],
  ['$stdDevSamp', deviation(1)],
  ['$firstN', several((items, n) => items.slice(0, n))],
  ['$lastN', several((items, n) => items.slice(-n))],
  [
    '$minN',
    several((items, n) =>
      items
        .filter((item) => !isNullish(item))
        .toSorted(compareValues)
        .slice(0, n),
    ),
  ],
  [
    '$maxN',
    several((items, n) =>
      items
        .filter((item) => !isNullish(item))
        .toSorted((a, b) => compareValues(b, a))
        .slice(0, n),
    ),
  ],
  ['$top', ranked((items) => items[0] ?? null)],
  ['$bottom', ranked((items) => items.at(-1) ?? null)],
  ['$topN', ranked((items, n) => items.slice(0, n))],
  ['$bottomN', ranked((items, n) => items.slice(-n))],
])

/** Compiles `{ $sum: … }`. @throws StoreError for anything that is not one known accumulator. */
export function compileAccumulator(field: string, spec: Value, names: Names): () => Accumulator {
  if (!isDoc(spec)) throw new StoreError(40234, `The field '${field}' must be an accumulator object`)
  const [name, second] = Object.keys(spec)
  if (name === undefined || second !== undefined) {
    throw new StoreError(40238, `The field '${field}' must specify one accumulator`)
  }
  const build = accumulators.get(name)
  if (build) return build(spec[name] ?? null, names, name)
  if (name === '$accumulator') {
    throw new StoreError(
      'CommandNotSupported',
      '$accumulator is not served by the embedded store: it would run JavaScript inside the store',
    )
  }
  throw new StoreError(15952, `unknown group operator '${fieldName(name)}'`)
}

function better(best: Value | undefined, value: Value | undefined, sign: 1 | -1): Value | undefined {
  if (isNullish(value)) return best
  return best === undefined || compareValues(value, best) * sign > 0 ? value : best
}

function summing(read: (sum: NumberSum) => Value): Build {
  return (operand, names) => {
    const expression = compile(operand, names)
    return () => {
      const sum = new NumberSum()
      return { add: (scope) => sum.add(expression(scope)), result: () => read(sum) }
    }
  }
}

function count(operand: Value): () => Accumulator {
  if (!isDoc(operand) || Object.keys(operand).length > 0) {
    throw new StoreError('TypeMismatch', '$count takes no arguments, i.e. $count:{}')
  }
  return () => {
    let documents = 0
    return {
      add: () => {
        documents++
      },
      result: () => documents,
    }
  }
}

function folding(fold: (state: Value | undefined, value: Value | undefined) => Value | undefined): Build {
  return (operand, names) => {
    const expression = compile(operand, names)
    return () => {
      let state: Value | undefined
      return {
        add: (scope) => {
          state = fold(state, expression(scope))
        },
        result: () => state ?? null,
      }
    }
  }
}

function first(operand: Value, names: Names): () => Accumulator {
  const expression = compile(operand, names)
  return () => {
    let value: Value | undefined
    let isSet = false
    return {
      add: (scope) => {
        if (!isSet) value = expression(scope)
        isSet = true
      },
      result: () => value ?? null,
    }
  }
}

function pushing(distinct: boolean): Build {
  return (operand, names) => {
    const expression = compile(operand, names)
    return () => {
      const items: Value[] = []
      const seen = new Set<string>()
      return {
        add: (scope) => {
          const value = expression(scope)
          if (value === undefined) return
          if (distinct) {
            const key = groupKey(value)
            if (seen.has(key)) return
            seen.add(key)
          }
          items.push(value)
        },
        result: () => items,
      }
    }
  }
}

function mergeInto(state: Value | undefined, value: Value | undefined): Value | undefined {
  const merged: Doc = isDoc(state) ? state : newDoc()
  if (isNullish(value)) return merged
  if (!isDoc(value)) {
    throw new StoreError(
      40400,
      `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
    )
  }
  return Object.assign(merged, value)
}

/** Welford's method: one pass, no large intermediate squares. */
function deviation(lostDegrees: 0 | 1): Build {
  return (operand, names) => {
    const expression = compile(operand, names)
    return () => {
      let seen = 0
      let mean = 0
      let squares = 0
      return {
        add: (scope) => {
          const value = expression(scope)
          if (!isNumeric(value)) return
          const number = toDouble(value)
          const distance = number - mean
          mean += distance / ++seen
          squares += distance * (number - mean)
        },
        result: () => (seen > lostDegrees ? doubleValue(Math.sqrt(squares / (seen - lostDegrees))) : null),
      }
    }
  }
}

function namedOperand(operand: Value, name: string, wanted: readonly string[]): Doc {
  if (!isDoc(operand)) throw new StoreError(5787900, `${name} specification must be an object`)
  for (const key of wanted) {
    if (operand[key] === undefined) throw new StoreError(5787906, `${name} requires the field '${key}'`)
  }
  const extra = Object.keys(operand).find((key) => !wanted.includes(key))
  if (extra) throw new StoreError(5787901, `Unknown argument for ${name} operator: ${extra}`)
  return operand
}

/** `n` is the same for the whole group; it is read with the group's first document. */
function sizeOf(expression: Expression, scope: Scope, name: string): number {
  const value = expression(scope)
  const size = isNumeric(value) ? Number(wholeNumber(value) ?? 0n) : 0
  if (size <= 0) throw new StoreError(5787908, `'n' must be greater than 0 for ${name}`)
  return size
}

function several(pick: (items: readonly Value[], n: number) => Value[]): Build {
  return (operand, names, name) => {
    const { input, n } = namedOperand(operand, name, ['input', 'n'])
    const expression = compile(input ?? null, names)
    const size = compile(n ?? null, names)
    return () => {
      const items: Value[] = []
      let limit = 0
      return {
        add: (scope) => {
          if (items.length === 0) limit = sizeOf(size, scope, name)
          items.push(expression(scope) ?? null)
        },
        result: () => pick(items, limit),
      }
    }
  }
}

function ranked(pick: (items: readonly Value[], n: number) => Value): Build {
  return (operand, names, name) => {
    const hasSize = name.endsWith('N')
    const { output, sortBy, n } = namedOperand(operand, name, [...(hasSize ? ['n'] : []), 'output', 'sortBy'])
    if (!isDoc(sortBy)) throw new StoreError(10065, `${name} requires 'sortBy' to be an object`)
    const expression = compile(output ?? null, names)
    const size = compile(n ?? 1, names)
    const sort = compileSort(sortBy)
    const current = compile('$$CURRENT', names)
    return () => {
      const items: { key: readonly Value[]; value: Value }[] = []
      let limit = 1
      return {
        add: (scope) => {
          if (items.length === 0) limit = sizeOf(size, scope, name)
          const doc = current(scope)
          items.push({ key: sort.keyOf(isDoc(doc) ? doc : newDoc()), value: expression(scope) ?? null })
        },
        result: () => {
          const sorted = items.toSorted((left, right) => sort.compareKeys(left.key, right.key))
          return pick(
            sorted.map(({ value }) => value),
            limit,
          )
        },
      }
    }
  }
}

import { StoreError } from './errors.ts'
import { isDoc } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { toDouble } from './arithmetic.ts'
import { isNullish, isNumeric } from './compare-values.ts'
import { convertValue } from './convert-value.ts'
import type { EagerOperator } from './expression-operators.ts'
import { typeName, typeNumbers } from './type-name.ts'

function conversion(target: string): EagerOperator {
  return { arity: [1, 1], apply: ([value]) => convertValue(value, target) }
}

function targetName(to: Value | undefined): string {
  if (typeof to === 'string') return to
  const number = isNumeric(to) ? toDouble(to) : undefined
  for (const [name, code] of typeNumbers) if (code === number) return name
  throw new StoreError('FailedToParse', `$convert's 'to' argument must be the name or number of a type`)
}

function convert([options]: readonly (Value | undefined)[]): Value {
  if (!isDoc(options)) throw new StoreError('FailedToParse', '$convert expects an object of named arguments')
  const { input, to, onError, onNull } = options
  if (isNullish(input)) return onNull ?? null
  if (isNullish(to)) return null
  try {
    return convertValue(input, targetName(to))
  } catch (error) {
    if (onError !== undefined && error instanceof StoreError && error.code === 241) return onError
    throw error
  }
}

/** Types and conversions. */
export const typeOperators: Record<string, EagerOperator> = {
  $type: { arity: [1, 1], apply: ([value]) => typeName(value) },
  $isNumber: { arity: [1, 1], apply: ([value]) => isNumeric(value) },
  $isArray: { arity: [1, 1], apply: ([value]) => Array.isArray(value) },
  $toString: conversion('string'),
  $toBool: conversion('bool'),
  $toInt: conversion('int'),
  $toLong: conversion('long'),
  $toDouble: conversion('double'),
  $toDecimal: conversion('decimal'),
  $toDate: conversion('date'),
  $toObjectId: conversion('objectId'),
  $convert: { arity: [1, 1], apply: convert },
}

import { StoreError } from './errors.ts'
import { Binary, Double } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { typeName } from './type-name.ts'
import type { ValueTest } from './compare-tests.ts'

export type BitOperator = '$bitsAllSet' | '$bitsAllClear' | '$bitsAnySet' | '$bitsAnyClear'

/** The `$bits…` operators: on integers of any type (in 64-bit two's complement) and on binary data. */
export function bitTest(operator: BitOperator, mask: Value): ValueTest {
  const positions = bitPositions(operator, mask)
  const wantSet = operator === '$bitsAllSet' || operator === '$bitsAnySet'
  const all = operator === '$bitsAllSet' || operator === '$bitsAllClear'
  return (value) => {
    const isSet = bitReader(value)
    if (!isSet) return false
    return all
      ? positions.every((position) => isSet(position) === wantSet)
      : positions.some((position) => isSet(position) === wantSet)
  }
}

function bitReader(value: Value | undefined): ((position: number) => boolean) | undefined {
  if (value instanceof Binary) {
    return (position) => (((value.bytes[position >>> 3] ?? 0) >> (position & 7)) & 1) === 1
  }
  const integer = asInt64(value)
  if (integer === undefined) return undefined
  // Beyond the 64th bit the sign goes on, as it does when a bigint is shifted.
  return (position) => ((integer >> BigInt(position)) & 1n) === 1n
}

function asInt64(value: Value | undefined): bigint | undefined {
  if (typeof value === 'bigint') return value
  const number = value instanceof Double ? value.value : value
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined
  return number >= -(2 ** 63) && number < 2 ** 63 ? BigInt(number) : undefined
}

function bitPositions(operator: BitOperator, mask: Value): number[] {
  if (Array.isArray(mask)) {
    return mask.map((item) => {
      const position = asInt64(item)
      if (position === undefined || position < 0n || position > 0x7fffffffn) {
        throw new StoreError('BadValue', `bit positions of ${operator} must be integers >= 0`)
      }
      return Number(position)
    })
  }
  if (mask instanceof Binary) {
    const positions: number[] = []
    for (let position = 0; position < mask.bytes.length * 8; position++) {
      if (((mask.bytes[position >>> 3] ?? 0) >> (position & 7)) & 1) positions.push(position)
    }
    return positions
  }
  const integer = asInt64(mask)
  if (integer === undefined || integer < 0n) {
    throw new StoreError(
      'BadValue',
      `${operator} takes an Array, a number >= 0, or a BinData but received a ${typeName(mask)}`,
    )
  }
  const positions: number[] = []
  for (let position = 0; position < 63; position++) {
    if ((integer >> BigInt(position)) & 1n) positions.push(position)
  }
  return positions
}

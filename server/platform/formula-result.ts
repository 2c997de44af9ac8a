import { isFunctionValue } from '../../mappings/is-function-value.ts'

const depthMax = 64

/**
 * The result of a formula as plain JSON values: JSONata's own results have no prototype, and lists with extra
 * properties. Functions inside are left out, as in JSON, and so is a name that code
 * further on could take for a prototype. Throws `{ code, message }` when it is larger than `bytesMax` (roughly, as
 * JSON), nested more than 64 levels, a function itself, or holds a number that JSON cannot hold.
 */
export function plainResult(result: unknown, bytesMax: number): unknown {
  let bytes = 0

  const grow = (by: number): void => {
    bytes += by
    if (bytes > bytesMax)
      throw { code: 'result_too_large', message: `its result is larger than ${bytesMax} bytes` }
  }

  const copy = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') {
      grow(value.length + 2)
      return value
    }
    grow(4)
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw {
        code: 'no_value',
        message: 'a number in its result is infinite or no number, as after a division by zero',
      }
    }
    if (isFunctionValue(value)) return undefined
    if (typeof value !== 'object' || value === null) return value
    if (depth > depthMax) {
      throw { code: 'result_too_large', message: `its result is nested more than ${depthMax} levels deep` }
    }
    if (Array.isArray(value)) return value.map((element) => copy(element, depth + 1) ?? null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => {
        grow(name.length + 3)
        const copied = copy(inner, depth + 1)
        return copied === undefined || name === '__proto__' ? [] : [[name, copied]]
      }),
    )
  }

  if (isFunctionValue(result)) {
    throw { code: 'no_value', message: 'it ends in a function; call it with parentheses' }
  }
  return copy(result, 0)
}

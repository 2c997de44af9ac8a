import { doubleValue } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { integerValue, numericType, toDecimalParts, toDouble, wholeNumber } from './arithmetic.ts'
import { isNumeric } from './compare-values.ts'
import type { Numeric } from './compare-values.ts'
import { addDecimals, divideDecimals, makeDecimal } from './decimal.ts'
import type { DecimalParts } from './decimal.ts'

/**
 * A running sum of numbers of mixed types. Integers are added exactly; doubles with the rounding errors carried along
 * (Neumaier), so that a long sum does not drift. The result has the widest type that was added.
 */
export class NumberSum {
  count = 0
  private small = 0
  private integers = 0n
  private double = 0
  private carry = 0
  private decimal: DecimalParts | undefined
  private sawLong = false
  private sawDouble = false

  /** Adds a value; whatever is not a number counts nothing. */
  add(value: Value | undefined): void {
    if (!isNumeric(value)) return
    this.count++
    switch (numericType(value)) {
      case 'int':
        this.addSmall(toDouble(value))
        return
      case 'long':
        this.sawLong = true
        this.integers += wholeNumber(value) ?? 0n
        return
      case 'double':
        this.sawDouble = true
        this.addDouble(toDouble(value))
        return
      case 'decimal':
        this.decimal = addDecimals(
          this.decimal ?? { kind: 'finite', coefficient: 0n, exponent: 0 },
          toDecimalParts(value),
        )
    }
  }

  /** Small integers gather in a double while that is exact. */
  private addSmall(value: number): void {
    this.small += value
    if (Math.abs(this.small) < 2 ** 52) return
    this.integers += BigInt(this.small)
    this.small = 0
  }

  private addDouble(value: number): void {
    const sum = this.double + value
    if (Number.isFinite(sum)) {
      this.carry +=
        Math.abs(this.double) >= Math.abs(value) ? this.double - sum + value : value - sum + this.double
    }
    this.double = sum
  }

  /** The sum so far; zero of nothing. */
  get total(): Numeric {
    const whole = this.integers + BigInt(this.small)
    const double = this.double + this.carry
    if (this.decimal) {
      const integers: DecimalParts = { kind: 'finite', coefficient: whole, exponent: 0 }
      const parts = addDecimals(this.decimal, integers)
      return makeDecimal(this.sawDouble ? addDecimals(parts, toDecimalParts(doubleValue(double))) : parts)
    }
    if (this.sawDouble) return doubleValue(double + Number(whole))
    return integerValue(whole, this.sawLong ? 'long' : 'int') ?? doubleValue(Number(whole))
  }

  /** The mean of the numbers added; null of none. */
  get mean(): Value {
    if (this.count === 0) return null
    const { total } = this
    if (numericType(total) === 'decimal') {
      return makeDecimal(divideDecimals(toDecimalParts(total), toDecimalParts(this.count)))
    }
    return doubleValue(toDouble(total) / this.count)
  }
}

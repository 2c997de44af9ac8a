import { Decimal128 } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal } from './bson-types.ts'
import {
  addDecimals,
  compareDecimals,
  decimalParts,
  decimalToDouble,
  decimalToText,
  divideDecimals,
  exactDecimal,
  makeDecimal,
  multiplyDecimals,
  parseDecimal,
} from './decimal.ts'
import type { DecimalParts } from './decimal.ts'

const text = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.bigInt({ min: 0n, max: 10n ** 40n }),
    fc.integer({ min: -6100, max: 6100 }),
  )
  .map(([sign, digits, exponent]) => `${sign}${digits}E${exponent}`)
const small = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -20, max: 20 }))
  .map(([coefficient, exponent]): DecimalParts => ({ kind: 'finite', coefficient, exponent }))

function partsOf(decimal: string): DecimalParts {
  return parseDecimal(decimal) ?? { kind: 'nan' }
}

describe('decimals', () => {
  it('are read from text and rounded as the official library does', () => {
    fc.assert(
      fc.property(text, (source) => {
        const official = Decimal128.fromStringWithRounding(source)
        const ours = makeDecimal(partsOf(source))
        // Zero has many spellings and a sign, which mean nothing to comparisons.
        fc.pre(!/^-?0(E|\.|$)/.test(official.toString()))
        expect(decimalToText(decimalParts(ours))).toBe(official.toString())
        expect(ours.bytes.equals(official.bytes)).toBe(true)
      }),
    )
  })

  it('are written as text the way the official library does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const official = new Decimal128(bytes).toString()
        const parts = decimalParts(new Decimal(Buffer.from(bytes)))
        const high = bytes[15] ?? 0
        // Spellings of more than 34 digits count as zero, as IEEE 754 has it; the library shows their digits.
        const isSpecial = (high & 0x78) === 0x78
        fc.pre(isSpecial || (high & 0x60) !== 0x60)
        fc.pre(!official.startsWith('-0') && official.replace(/E.*|\D/g, '').length <= 34)
        expect(decimalToText(parts)).toBe(official)
      }),
    )
  })

  it('compute exactly', () => {
    const tenth = partsOf('0.1')
    expect(decimalToText(addDecimals(tenth, partsOf('0.2')))).toBe('0.3')
    expect(decimalToText(multiplyDecimals(tenth, partsOf('-3')))).toBe('-0.3')
    expect(decimalToText(divideDecimals(partsOf('1'), partsOf('8')))).toBe('0.125')
    expect(decimalToText(divideDecimals(partsOf('1'), partsOf('0')))).toBe('Infinity')
    expect(decimalToText(addDecimals(partsOf('Infinity'), partsOf('-Infinity')))).toBe('NaN')
    fc.assert(
      fc.property(small, small, small, (a, b, c) => {
        const left = multiplyDecimals(addDecimals(a, b), c)
        const right = addDecimals(multiplyDecimals(a, c), multiplyDecimals(b, c))
        expect(compareDecimals(left, right)).toBe(0)
      }),
    )
  })

  it('order as the numbers they are, next to doubles too', () => {
    expect(compareDecimals(partsOf('1E+6000'), partsOf('9E+5999'))).toBe(1)
    expect(compareDecimals(partsOf('-1E+6000'), partsOf('1E-6000'))).toBeLessThan(0)
    expect(compareDecimals(exactDecimal(0.1), partsOf('0.1'))).toBe(1)
    expect(compareDecimals(exactDecimal(0.5), partsOf('0.50'))).toBe(0)
    fc.assert(
      fc.property(fc.double(), fc.double(), (a, b) => {
        const order =
          Object.is(a, b) || a === b ? 0 : Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a < b ? -1 : 1
        expect(Math.sign(compareDecimals(exactDecimal(a), exactDecimal(b)))).toBe(order)
        expect(decimalToDouble(exactDecimal(a))).toBe(a === 0 ? 0 : a)
      }),
    )
  })
})

/* ISO 4217 (list of 2026-01): everything else has two decimals. */
const decimals: Record<string, number> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
}

/** How many decimals a currency has by ISO 4217. */
export function decimalsOf(currency: string): number {
  return decimals[currency.toUpperCase()] ?? 2
}

/** The decimal number for people: 1999 minor units of EUR are 19.99, of JPY 1999, of KWD 1.999. */
export function majorOf(minor: number, currency: string): number {
  const places = decimalsOf(currency)
  return Number((minor / 10 ** places).toFixed(places))
}

/** Minor units of an amount written as a decimal number or text; rounds what is finer than the currency. */
export function minorOf(major: number | string, currency: string): number {
  return Math.round(Number(`${Number(major)}e${decimalsOf(currency)}`))
}

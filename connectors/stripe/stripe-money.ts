import { decimalsOf, majorOf } from '#sdk'

/**
 * Where Stripe's smallest unit is not ISO 4217's (docs.stripe.com/currencies, "Special cases", read 2026-11): the
 * króna and the shilling have no decimals and are sent in hundredths all the same, the ariary has two and is sent
 * without.
 */
const stripeDecimals: Record<string, number> = { ISK: 2, UGX: 2, MGA: 0 }

/** An amount of Stripe's as `<name>_minor`, `<name>` and `currency`. Nothing where Stripe sends no amount. */
export function money(
  name: string,
  amount: number | null | undefined,
  code: string | null | undefined,
): Record<string, number | string> {
  if (amount === null || amount === undefined || !code) return {}
  const currency = code.toUpperCase()
  const iso = decimalsOf(currency)
  const minor = Math.round(amount * 10 ** (iso - (stripeDecimals[currency] ?? iso)))
  return { [`${name}_minor`]: minor, [name]: majorOf(minor, currency), currency }
}

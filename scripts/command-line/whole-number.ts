import { Mistyped } from './mistyped.ts'

/** What a port may be; 0 stands for any that is free. */
export const ports = { min: 0, max: 65_535 }

/** The number that was given for an option. `Number` would take '', '1e3' and '0x10', and make NaN of the rest. */
export function wholeNumber(
  option: string,
  text: string,
  { min, max }: { min: number; max: number },
): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw new Mistyped(`${option} takes a whole number from ${min} to ${max}, and got “${text}”.`)
}

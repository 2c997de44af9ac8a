import type { Dice } from './dice.ts'

/* Local time of this machine: whoever looks at the demo finds its days and nights where their own are. */

/** How many of a hundred come in which hour: before work, at lunch, and when the evening classes are over. */
const visitors = {
  6: 1,
  7: 3,
  8: 6,
  9: 8,
  10: 9,
  11: 9,
  12: 7,
  13: 7,
  14: 7,
  15: 7,
  16: 6,
  17: 5,
  18: 4,
  19: 5,
  20: 7,
  21: 6,
  22: 3,
} as const
const workers = { 8: 3, 9: 8, 10: 10, 11: 10, 12: 5, 13: 6, 14: 9, 15: 9, 16: 6, 17: 2 } as const

/** A moment at which people sit at home or between two classes, so many days after a day. */
export const inTheirTime = (day: Date, daysLater: number, dice: Dice): Date =>
  moment(day, daysLater, Number(dice.weighted(visitors)), dice)

/** A moment at which offices are open: never on a weekend. */
export function atWork(day: Date, daysLater: number, dice: Dice): Date {
  const at = moment(day, daysLater, Number(dice.weighted(workers)), dice)
  const weekday = at.getDay()
  if (weekday === 6) at.setDate(at.getDate() + 2)
  if (weekday === 0) at.setDate(at.getDate() + 1)
  return at
}

function moment(day: Date, daysLater: number, hour: number, dice: Dice): Date {
  const at = new Date(day)
  at.setDate(at.getDate() + daysLater)
  at.setHours(hour, dice.between(0, 59), dice.between(0, 59), dice.between(0, 999))
  return at
}

import { seededRandom } from '../harness/seeded-random.ts'

/** Choices that a seed repeats. */
export interface Dice {
  /** True in so many of a hundred cases. */
  in100: (chances: number) => boolean
  /** A whole number, both ends included. */
  between: (least: number, most: number) => number
  pick: <T>(from: readonly T[]) => T
  /** One of the keys, each as often as its weight says. */
  weighted: <T extends string>(weights: Readonly<Record<T, number>>) => T
  /** Letters and digits, as vendors make ids of. */
  token: (length: number) => string
}

const signs = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

export function createDice(seed: number): Dice {
  const random = seededRandom(seed)
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  return {
    in100: (chances) => random() * 100 < chances,
    between,
    pick<T>(from: readonly T[]): T {
      const [picked] = from.slice(between(0, from.length - 1))
      if (picked === undefined) throw new Error('There is nothing to choose from.')
      return picked
    },
    weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
      let left = random() * Object.values<number>(weights).reduce((sum, weight) => sum + weight, 0)
      for (const key in weights) {
        left -= weights[key]
        if (left < 0) return key
      }
      throw new Error('There is nothing to choose from.')
    },
    token: (length) => Array.from({ length }, () => signs[between(0, signs.length - 1)]).join(''),
  }
}

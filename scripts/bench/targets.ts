/** One figure of the benchmark, with what a release needs and what it aims for. */
export interface Target {
  what: string
  unit: string
  floor: number
  goal: number
  /** Whether more is better. */
  more: boolean
}

/** The figures that a release is judged by. Those for latency are from the moment an event was due to its arrival. */
export const targets = {
  deliveredPerS: { what: 'delivered at full load', unit: '/s', floor: 1_500, goal: 4_000, more: true },
  acceptedPerS: {
    what: 'accepted, deliveries held back',
    unit: '/s',
    floor: 4_000,
    goal: 10_000,
    more: true,
  },
  p50At200: { what: 'latency at 200/s, p50', unit: 'ms', floor: 8, goal: 3, more: false },
  p99At200: { what: 'latency at 200/s, p99', unit: 'ms', floor: 40, goal: 12, more: false },
  p50At500: { what: 'latency at 500/s, p50', unit: 'ms', floor: 15, goal: 4, more: false },
  p99At500: { what: 'latency at 500/s, p99', unit: 'ms', floor: 80, goal: 20, more: false },
  lostAtKill: { what: 'lost: killed at full load', unit: '', floor: 0, goal: 0, more: false },
  lostInOutage: { what: 'lost: killed during an outage', unit: '', floor: 0, goal: 0, more: false },
  lostWhenFlaky: { what: 'lost: 503 twice', unit: '', floor: 0, goal: 0, more: false },
  duplicates: { what: 'effects that happened twice', unit: '', floor: 0, goal: 0, more: false },
  idleMb: { what: 'memory, idle', unit: 'MB', floor: 250, goal: 150, more: false },
  peakMb: { what: 'memory, at full load', unit: 'MB', floor: 500, goal: 300, more: false },
  startS: { what: 'start until ready', unit: 's', floor: 4, goal: 1.5, more: false },
  installMb: { what: 'production install', unit: 'MB', floor: 150, goal: 100, more: false },
} as const satisfies Record<string, Target>

export type FigureName = keyof typeof targets
export type Figures = Partial<Record<FigureName, number>>

/** One row of the table that is printed at the end. */
export function judged(name: FigureName, value: number): Record<string, string> {
  const target: Target = targets[name]
  const meets = (bound: number) => (target.more ? value >= bound : value <= bound)
  const verdict = meets(target.goal) ? 'goal reached' : meets(target.floor) ? 'floor held' : 'BELOW THE FLOOR'
  return {
    figure: target.what,
    measured: `${shown(value)} ${target.unit}`,
    floor: shown(target.floor),
    goal: shown(target.goal),
    verdict,
  }
}

const shown = (value: number): string =>
  Number.isNaN(value)
    ? '–'
    : String(Math.round(value * 10 ** (value < 100 ? 1 : 0)) / 10 ** (value < 100 ? 1 : 0))

export function holdsFloor(name: FigureName, value: number): boolean {
  const target: Target = targets[name]
  return target.more ? value >= target.floor : value <= target.floor
}

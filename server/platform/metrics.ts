/** How often something happened, by one label of few values. */
export class Tally {
  readonly counts = new Map<string, number>()

  add(label: string, by = 1): void {
    this.counts.set(label, (this.counts.get(label) ?? 0) + by)
  }
}

/** How long something took: how many were no longer than each bound, and all of them together. */
export class Durations {
  /** Upper bounds in milliseconds; what is longer than the last one is counted behind it. */
  readonly boundsMs: readonly number[]
  readonly counts: Float64Array
  sumMs = 0

  constructor(boundsMs: readonly number[]) {
    this.boundsMs = boundsMs
    this.counts = new Float64Array(boundsMs.length + 1)
  }

  observe(ms: number): void {
    let at = 0
    while (at < this.boundsMs.length && ms > (this.boundsMs[at] ?? 0)) at++
    this.counts[at] = (this.counts[at] ?? 0) + 1
    this.sumMs += ms
  }
}

/** One of something for each value of a label that has few values, such as the connectors. */
export class ByLabel<T> {
  readonly held = new Map<string, T>()
  readonly #make: () => T

  constructor(make: () => T) {
    this.#make = make
  }

  of(label: string): T {
    const known = this.held.get(label)
    if (known !== undefined) return known
    const made = this.#make()
    this.held.set(label, made)
    return made
  }
}

const fastMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000]
const outsideMs = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000]
const roadMs = [10, 50, 100, 500, 1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000]

/**
 * What this process has counted since it started, in plain numbers: counting costs tens of nanoseconds and leaves no
 * object behind. Labels are outcomes and connectors, never an id or anything that a stranger chose, so that their
 * number stays small. `render-metrics.ts` has the names and meanings.
 */
export interface Metrics {
  /** By outcome at the door: accepted, refused, unavailable, unknown_address. */
  readonly receipts: Tally
  readonly acceptTime: Durations
  readonly commitTime: Durations
  /** By what became of them: done, duplicate, not_understood. */
  readonly worked: Tally
  /** By whether they entered a flow: yes, no. */
  readonly events: Tally
  readonly handleTime: Durations
  readonly runs: Tally
  /** By connector, then by the state they came to. */
  readonly deliveries: ByLabel<Tally>
  readonly attemptTime: ByLabel<Durations>
  readonly deliveryTime: Durations
  /** By connector, then by outcome: made, failed. */
  readonly polls: ByLabel<Tally>
  /** By how they ended: killed, out_of_memory, ended. */
  readonly formulaProcessesLost: Tally
}

export function createMetrics(): Metrics {
  return {
    receipts: new Tally(),
    acceptTime: new Durations(fastMs),
    commitTime: new Durations(fastMs),
    worked: new Tally(),
    events: new Tally(),
    handleTime: new Durations(roadMs),
    runs: new Tally(),
    deliveries: new ByLabel(() => new Tally()),
    attemptTime: new ByLabel(() => new Durations(outsideMs)),
    deliveryTime: new Durations(roadMs),
    polls: new ByLabel(() => new Tally()),
    formulaProcessesLost: new Tally(),
  }
}

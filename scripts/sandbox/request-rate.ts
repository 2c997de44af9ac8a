/** Counts requests within a sliding time, as vendors do to keep a pace. */
export class RequestRate {
  #recent: number[] = []
  readonly #requests: number
  readonly #perMs: number
  readonly #now: () => Date

  constructor({ requests, perMs }: { requests: number; perMs: number }, now: () => Date) {
    this.#requests = requests
    this.#perMs = perMs
    this.#now = now
  }

  /** Takes one request, if it is not too many. `left` are those that are left. */
  take(): { ok: boolean; left: number } {
    const at = this.#now().getTime()
    this.#recent = this.#recent.filter((each) => each > at - this.#perMs)
    if (this.#recent.length >= this.#requests) return { ok: false, left: 0 }
    this.#recent.push(at)
    return { ok: true, left: this.#requests - this.#recent.length }
  }
}

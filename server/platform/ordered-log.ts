/** Something with a place in an order that several processes write to. */
export interface Numbered {
  number: number
}

/**
 * Puts what this process wrote and what others wrote into the order of their numbers. Numbers are taken before the
 * write they belong to, so a smaller one can appear after a larger one; nothing is let past a number whose write may
 * still be under way.
 */
export interface OrderedLog<T extends Numbered> {
  /** What this process has just stored; spares reading it back. */
  offer(items: readonly T[]): void
  /** Begins after `head`. */
  start(head: number): void
  stop(): void
}

/** Others' entries are looked for this often. */
const POLL_MS = 100
/** A number that has not appeared after this long was never stored; whoever took it no longer acknowledges it. */
export const GAP_MS = 5_000
const PAGE = 1_000

export function createOrderedLog<T extends Numbered>(options: {
  /** Entries with a larger number, ascending. */
  read: (after: number, limit: number) => Promise<T[]>
  release: (items: T[]) => void
  now: () => Date
}): OrderedLog<T> {
  const { read, release, now } = options
  const waiting = new Map<number, T>()
  let head = 0
  let gapSince: number | undefined
  let timer: NodeJS.Timeout | undefined
  let running = false

  function advance(): void {
    const ready: T[] = []
    for (;;) {
      const next = waiting.get(head + 1)
      if (next) {
        waiting.delete(++head)
        ready.push(next)
        gapSince = undefined
      } else if (waiting.size > 0 && gapIsOver()) {
        head = Math.min(...waiting.keys()) - 1
        gapSince = undefined
      } else {
        break
      }
    }
    if (ready.length > 0) release(ready)
  }

  function gapIsOver(): boolean {
    gapSince ??= now().getTime()
    return now().getTime() - gapSince > GAP_MS
  }

  function add(items: readonly T[]): void {
    for (const item of items) {
      if (item.number > head && !waiting.has(item.number)) waiting.set(item.number, item)
    }
    advance()
  }

  async function poll(): Promise<void> {
    const page = await read(head, PAGE)
    add(page)
    if (page.length === PAGE && gapSince === undefined) await poll()
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer)
    if (!running) return
    timer = setTimeout(() => {
      // A poll that fails (the database is away) is made up for by the next one.
      void poll()
        .catch(() => undefined)
        .finally(() => schedule(POLL_MS))
    }, delayMs)
  }

  return {
    offer(items) {
      add(items)
      if (gapSince !== undefined) schedule(0)
    },
    start(from) {
      head = from
      running = true
      schedule(POLL_MS)
    },
    stop() {
      running = false
      clearTimeout(timer)
    },
  }
}

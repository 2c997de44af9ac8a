import type { DueRows, RowLease } from './due-rows.ts'

/** Works on due rows: each by one process at a time, several at once. */
export interface RowWorker {
  /** Begins with what is due and does not wait for it; called every second or so. */
  round(): Promise<void>
  /** How many are under way. */
  load(): number
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
  /** Breaks off what is under way, by the signal that `work` is given. */
  stop(): Promise<void>
}

export function createRowWorker(options: {
  due: Pick<DueRows, 'claim'>
  /** So many rows are worked on by this process at a time; the rest waits or goes to another. */
  atOnceMax: number
  stopping: AbortSignal
  work: (lease: RowLease, stopping: AbortSignal) => Promise<void>
  /** Something that `work` did not foresee. The lease ends by itself; whoever looks then tries again. */
  onError: (id: string, err: unknown) => void
}): RowWorker {
  const { due, atOnceMax, work, onError } = options
  const underWay = new Map<string, Promise<void>>()
  const ending = new AbortController()
  const stopping = AbortSignal.any([options.stopping, ending.signal])
  let claiming: Promise<void> | undefined

  async function claim(limit: number): Promise<void> {
    for (const lease of await due.claim(limit)) begin(lease)
  }

  function begin(lease: RowLease): void {
    const running = work(lease, stopping)
      .catch((err: unknown) => onError(lease.id, err))
      .finally(() => underWay.delete(lease.id))
    underWay.set(lease.id, running)
  }

  async function idle(): Promise<void> {
    while (claiming || underWay.size > 0) await Promise.allSettled([claiming, ...underWay.values()])
  }

  return {
    async round() {
      const free = atOnceMax - underWay.size
      // One look at a time: two would take more than there is room for.
      if (stopping.aborted || free <= 0 || claiming) return
      claiming = claim(free).finally(() => {
        claiming = undefined
      })
      await claiming
    },
    load: () => underWay.size,
    idle,
    stop() {
      ending.abort()
      return idle()
    },
  }
}

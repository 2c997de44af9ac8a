import type { Logger } from './logger.ts'

/** Work that this process repeats for itself. Unlike a job of the queue it costs the database nothing but the work. */
export interface Rounds {
  /** Carries `work` out now, and again `everyMs` after each end. What fails is logged and tried again. */
  every(name: string, everyMs: number, work: () => Promise<void>): void
  /** Begins no further round; resolves when none is under way. */
  stop(): Promise<void>
}

/** A database that is away is not asked more often. */
const AGAIN_MS = 1_000

export function createRounds(log: Logger): Rounds {
  const timers = new Set<NodeJS.Timeout>()
  const underWay = new Set<Promise<void>>()
  let stopped = false

  return {
    every(name, everyMs, work) {
      const runIn = (ms: number) => {
        if (stopped) return
        const timer = setTimeout(() => {
          timers.delete(timer)
          const round = run().finally(() => underWay.delete(round))
          underWay.add(round)
        }, ms)
        timers.add(timer)
      }
      const run = async () => {
        let pauseMs = everyMs
        try {
          await work()
        } catch (err) {
          log.error({ stage: 'job.failed', job: name, err })
          pauseMs = Math.max(everyMs, AGAIN_MS)
        }
        runIn(pauseMs)
      }
      runIn(0)
    },
    async stop() {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(underWay)
    },
  }
}
